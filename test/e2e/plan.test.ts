import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { repository } from '../../scripts/lib/built.mjs';
import { healthySoon, images, onlyOnDocker, useEngine } from '../support/engine.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const file = (level: string, password = 'hunter2') => `
services:
  db:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    volumes: ['data:/data']
    ${healthySoon}
  web:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    environment:
      LOG_LEVEL: ${level}
      API_PASSWORD: ${password}
    depends_on: {db: {condition: service_healthy}}
volumes: {data: {}}
`;

describe('plan', () => {
  it('prints every step with its cause, and writes nothing to the engine', async () => {
    const project = await engine.project({ 'compose.yaml': file('info') });
    const { result, writes } = await engine.watch(project, (env) => project.flotilla(['plan'], { env }));
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stdout.replaceAll(project.name, 'shop')).toMatchInlineSnapshot(`
      "network.create:default  shop_default: it does not exist
      volume.create:data  shop_data: it does not exist
      container.create:db/1  shop-db-1: there is no container shop-db-1 <- network.create:default, volume.create:data
      container.start:db/1  shop-db-1: there is no container shop-db-1 <- container.create:db/1
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default
      container.wait:db/1:healthy  shop-db-1: "web" depends on it: service_healthy <- container.start:db/1
      container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1, container.wait:db/1:healthy
      "
    `);
    expect(writes).toEqual([]);
  });

  it('says once what stands in the way, and then shows no steps', async () => {
    const project = await engine.project({
      'compose.yaml': `services: {web: {image: localhost/no-such, pull_policy: never}, db: {image: ${images.busybox}}}`,
    });
    const { stdout, stderr, exitCode } = await project.flotilla(['plan']);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr.match(/No such image: localhost\/no-such/g)).toHaveLength(1);
    const json = JSON.parse((await project.flotilla(['plan', '--json'])).stdout);
    expect(json.diagnostics).toHaveLength(1);
  });

  it('tells by its exit code whether there is something to do', async () => {
    const project = await engine.project({ 'compose.yaml': file('info') });
    expect((await project.flotilla(['plan', '--exit-code'])).exitCode).toBe(2);
    await succeed(project.flotilla(['up', '-d']));
    expect((await project.flotilla(['plan', '--exit-code'])).exitCode).toBe(0);
    project.write('compose.yaml', 'services: {web: {imag: x}}');
    expect((await project.flotilla(['plan', '--exit-code'])).exitCode).toBe(1);
  });

  it('is carried out by up --plan-file, to the letter', async () => {
    const project = await engine.project({ 'compose.yaml': file('info') });
    const { stdout } = await succeed(project.flotilla(['plan', '--json', '--scale', 'web=2']));
    expect(schemaFaults(JSON.parse(stdout))).toEqual([]);
    expect(stdout).not.toContain('hunter2');
    project.write('plan.json', stdout);
    await succeed(project.flotilla(['up', '-d', '--plan-file', 'plan.json']));
    expect((await project.containers()).map(({ service, state }) => `${service} ${state}`)).toEqual([
      'db running',
      'web running',
      'web running',
    ]);
  });

  it('is refused by up --plan-file when the world or the file has moved on', async () => {
    const project = await engine.project({ 'compose.yaml': file('info') });
    project.write('plan.json', (await succeed(project.flotilla(['plan', '--json']))).stdout);
    await succeed(project.flotilla(['up', '-d', '--wait', 'db']));
    const { result: moved, writes } = await engine.watch(project, (env) =>
      project.flotilla(['up', '-d', '--plan-file', 'plan.json'], { env }),
    );
    expect(moved.exitCode).toBe(1);
    expect(moved.stderr.replaceAll(project.name, 'shop')).toMatchInlineSnapshot(`
      "error: the plan is no longer what has to be done for project "shop":
        no longer: network.create:default: it does not exist
        no longer: volume.create:data: it does not exist
        no longer: container.create:db/1: there is no container shop-db-1
        no longer: container.start:db/1: there is no container shop-db-1
        no longer: container.wait:db/1:healthy: "web" depends on it: service_healthy [run.plan-outdated]
      hint: Nothing was changed. Make a new plan with "flotilla plan --json", and look at it again.
      "
    `);
    expect(writes).toEqual([]);

    project.write('plan.json', (await succeed(project.flotilla(['plan', '--json']))).stdout);
    project.write('compose.yaml', file('info', 'hunter3'));
    const edited = await project.flotilla(['up', '-d', '--plan-file', 'plan.json']);
    expect(edited.exitCode).toBe(1);
    expect(edited.stderr).toContain('the settings of what it makes changed');
  });
});

describe('why', () => {
  it('names each field that differs, from which value to which, and where it stands', async () => {
    const project = await engine.project({ 'compose.yaml': file('info') });
    expect((await succeed(project.flotilla(['why', 'web']))).stdout).toBe(
      `${project.name}-web-1: up would create it: there is no container ${project.name}-web-1\n`,
    );
    await succeed(project.flotilla(['up', '-d']));
    expect((await succeed(project.flotilla(['why', 'db']))).stdout).toMatch(
      /^\w+-db-1 \(Up .*\): up would leave it as it is\n$/,
    );
    project.write('compose.yaml', file('debug', 'hunter3'));
    const { stdout } = await succeed(project.flotilla(['why', 'web']));
    expect(stdout.replaceAll(project.name, 'shop').replace(/\(Up [^)]*\)/, '(Up)')).toMatchInlineSnapshot(`
      "shop-web-1 (Up): up would recreate it
        environment.API_PASSWORD  changed  compose.yaml:15:21
        environment.LOG_LEVEL  "info" -> "debug"  compose.yaml:14:18
      "
    `);
    const json = JSON.parse((await succeed(project.flotilla(['why', '--json', 'web']))).stdout);
    expect(json).toMatchObject({ service: 'web', containers: [{ decision: 'recreate', state: 'running' }] });
  });

  onlyOnDocker('docker compose makes the container', () => {
    it('says that a container of docker compose does not tell what it was made from', async () => {
      const project = await engine.project({ 'compose.yaml': file('info') });
      await succeed(project.compose(['up', '-d']));
      project.write('compose.yaml', file('debug'));
      expect((await succeed(project.flotilla(['why', 'web']))).stdout).toContain(
        'Another tool made this container and does not say from what',
      );
    });
  });
});

function schemaFaults(plan: unknown): readonly unknown[] {
  const schema = JSON.parse(readFileSync(join(repository, 'schemas/plan.schema.json'), 'utf8'));
  const validate = new Ajv({ allErrors: true, strict: true }).compile(schema);
  validate(plan);
  return validate.errors ?? [];
}
