import { describe, expect, it } from 'vitest';
import { healthySoon, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { composeFile, polite } from './foreground-lines.ts';

const engine = useEngine();

/** Two services, the second of which waits for the first; named, so that the plan reads the same each time. */
const files = (level: string) =>
  composeFile({
    web: { command: polite, rest: '    depends_on: {db: {condition: service_healthy}}\n' },
    db: {
      command: polite,
      rest: `    ${healthySoon}\n    environment: {LEVEL: ${level}}\n    volumes: [data:/data]\nvolumes: {data: {}}\n`,
    },
  });

/** Runs a command and tells what it printed, and what it changed on the engine. */
async function watched(project: TestProject, args: readonly string[]) {
  const { result, writes } = await engine.watch(project, (env) => project.flotilla(args, { env }));
  const { exitCode, stdout, stderr } = result;
  return { exitCode, stdout: stdout.replaceAll(project.name, 'shop'), stderr, writes };
}

describe('--dry-run', () => {
  it('prints the plan of up and of down, and the engine sees only reads', async () => {
    const project = await engine.project(files('info'));
    const first = await watched(project, ['--dry-run', 'up', '-d']);
    expect(first).toMatchObject({ exitCode: 0, stderr: '', writes: [] });
    expect(first.stdout).toMatchInlineSnapshot(`
      " DRY-RUN MODE -  network.create:default  shop_default: it does not exist
       DRY-RUN MODE -  volume.create:data  shop_data: it does not exist
       DRY-RUN MODE -  container.create:db/1  shop-db-1: there is no container shop-db-1 <- network.create:default, volume.create:data
       DRY-RUN MODE -  container.start:db/1  shop-db-1: there is no container shop-db-1 <- container.create:db/1
       DRY-RUN MODE -  container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default
       DRY-RUN MODE -  container.wait:db/1:healthy  shop-db-1: "web" depends on it: service_healthy <- container.start:db/1
       DRY-RUN MODE -  container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1, container.wait:db/1:healthy
      "
    `);
    expect(await project.leftovers()).toEqual([]);

    const real = await watched(project, ['up', '-d']);
    const kinds = [...first.stdout.matchAll(/ {2}(container|network|volume)\.(create|start):/g)];
    expect(real.writes.length).toBe(kinds.length);

    const ids = async () => (await project.containers()).map(({ id, state }) => [id, state]);
    const before = await ids();
    project.write('compose.yaml', files('debug')['compose.yaml'] ?? '');
    const changed = await watched(project, ['up', '--dry-run']);
    expect(changed).toMatchObject({ exitCode: 0, writes: [] });
    expect(changed.stdout).toContain('DRY-RUN MODE -  container.stop:db/1');
    const down = await watched(project, ['down', '--volumes', '--dry-run']);
    expect(down).toMatchObject({ exitCode: 0, stderr: '', writes: [] });
    expect(down.stdout).toMatchInlineSnapshot(`
      " DRY-RUN MODE -  container.stop:shop-db-1  shop-db-1: down was asked for after container.stop:shop-web-1 (failure tolerated)
       DRY-RUN MODE -  container.stop:shop-web-1  shop-web-1: down was asked for (failure tolerated)
       DRY-RUN MODE -  container.remove:shop-db-1  shop-db-1: down was asked for <- container.stop:shop-db-1
       DRY-RUN MODE -  container.remove:shop-web-1  shop-web-1: down was asked for <- container.stop:shop-web-1
       DRY-RUN MODE -  network.remove:default  shop_default: down was asked for after container.remove:shop-db-1, container.remove:shop-web-1 (failure tolerated)
       DRY-RUN MODE -  volume.remove:data  shop_data: down --volumes was asked for after container.remove:shop-db-1 (failure tolerated)
      "
    `);
    expect(await ids()).toEqual(before);
  });

  it('shows the question that up would ask, and asks nobody', async () => {
    const project = await engine.project(files('info'));
    await project.flotilla(['up', '--no-start']);
    const text = files('info')['compose.yaml'] ?? '';
    project.write('compose.yaml', text.replace('{data: {}}', '{data: {labels: {a: b}}}'));
    const { stdout, exitCode, writes } = await watched(project, ['--dry-run', 'up']);
    expect([exitCode, writes]).toEqual([0, []]);
    expect(stdout).toMatch(/^ DRY-RUN MODE - {2}question: .*data/m);
  });
});
