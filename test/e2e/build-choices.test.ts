import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureCommands } from '../../scripts/lib/packages.mjs';
import { dockerPlugin } from '../../scripts/lib/reference.mjs';
import { images, onlyOnDocker, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();
const file = `
services:
  many:
    build:
      platforms: [linux/amd64, linux/arm64]
      dockerfile_inline: "FROM ${images.busybox}\\nCMD echo for this machine\\n"
  a-runs: {image: "localhost:1/\${COMPOSE_PROJECT_NAME}:1", command: echo built by another}
  builds:
    image: localhost:1/\${COMPOSE_PROJECT_NAME}:1
    build: {dockerfile_inline: "FROM ${images.busybox}\\nCMD echo built\\n"}
  secret:
    build:
      secrets: [comma]
      dockerfile_inline: |
        FROM ${images.busybox}
        RUN --mount=type=secret,id=comma cp /run/secrets/comma /copied
        CMD cat /copied
secrets: {comma: {file: "./to,ken"}}
`;

describe('what is built, and from what', () => {
  let p: TestProject;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    p = await engine.project({
      'compose.yaml': file,
      'to,ken': 'sesame\n',
    });
    const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
    if (engine.runtime === 'native') await ensureCommands({ buildah: 'buildah' }, say);
    const config = join(p.folder, '.docker');
    mkdirSync(join(config, 'cli-plugins'), { recursive: true });
    symlinkSync(await dockerPlugin('docker-buildx', say), join(config, 'cli-plugins/docker-buildx'));
    env = { DOCKER_CONFIG: config };
  });
  const flotilla = (...args: readonly string[]) => p.flotilla(args, { env });
  const output = async (...args: readonly string[]) =>
    (await succeed(flotilla('run', '--rm', '-T', '-q', ...args))).stdout;

  it('is for this machine when it is to run, whatever other platforms the file names', async () => {
    expect(await output('many')).toBe('for this machine\n');
  });

  it('is pulled where the registry has it, and built where that cannot be had', async () => {
    const ran = await succeed(flotilla('run', '--rm', '-T', 'builds'));
    expect(ran.stdout).toBe('built\n');
    expect(ran.stderr).toMatch(/cannot pull image .*; it is built/);
    const always = await succeed(flotilla('up', '-d', '--pull', 'always', 'builds'));
    expect(always.stderr).toMatch(/warning: .*cannot pull image .*; the one that is here is used/);
    await succeed(flotilla('down', '--rmi', 'all'));
    const refused = await flotilla('up', '-d', '--no-build', 'builds');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('cannot pull image');
  });

  it('is built once for all that run it', async () => {
    const ran = await succeed(flotilla('up', '-d', 'a-runs', 'builds'));
    expect(ran.stderr.match(/Image localhost:1\/\S+ {2}Built/g)).toHaveLength(1);
    await expect
      .poll(async () => (await succeed(flotilla('logs', '--no-log-prefix', 'a-runs'))).stdout)
      .toBe('built by another\n');
    await succeed(flotilla('down', '--rmi', 'all'));
  });

  it('reads a secret from a file with a comma in its name', async () => {
    expect(await output('secret')).toBe('sesame\n');
  });

  it('prints what bake would need, and builds nothing', async () => {
    const printed = JSON.parse((await succeed(flotilla('build', '--print', 'many', 'secret'))).stdout);
    expect(printed.group).toEqual({ default: { targets: ['many', 'secret'] } });
    expect(printed.target.many.platforms).toEqual(['linux/amd64', 'linux/arm64']);
  });

  onlyOnDocker('the native engine is no other one', () => {
    it('is built where the containers run, whatever .env says about engines', async () => {
      const context = join(
        p.folder,
        '.docker/contexts/meta',
        createHash('sha256').update('here').digest('hex'),
      );
      mkdirSync(context, { recursive: true });
      const meta = { Name: 'here', Metadata: {}, Endpoints: { docker: { Host: engine.host } } };
      writeFileSync(join(context, 'meta.json'), JSON.stringify(meta));
      p.write('.env', 'DOCKER_HOST=unix:///nowhere.sock\n');
      const ran = await p.flotilla(['build', 'secret'], {
        env: { ...env, DOCKER_HOST: '', DOCKER_CONTEXT: 'here' },
      });
      p.write('.env', '');
      expect(ran.exitCode, ran.stderr).toBe(0);
    });
  });
});
