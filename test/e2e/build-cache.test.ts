import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../scripts/lib/engine/start.mjs';
import { ensureImage } from '../../scripts/lib/images/ensure.mjs';
import { provideBuilder } from '../support/builder.ts';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

describe('the build cache', () => {
  const engine = useEngine();
  let p: TestProject;
  let env: Readonly<Record<string, string>>;
  let own: Awaited<ReturnType<typeof startEngine>> | undefined;
  beforeAll(async () => {
    p = await engine.project({
      'compose.yaml': `
services:
  app:
    init: true
    command: sleep 1000
    stop_grace_period: 0s
    build: .
  base: {image: ${images.busybox}, init: true, command: sleep 1000, stop_grace_period: 0s}
  slow:
    profiles: [slow]
    build: {dockerfile_inline: "FROM ${images.busybox}\\nRUN sleep 3; echo slow > /slow"}
`,
      Dockerfile: `FROM ${images.busybox}\nRUN head -c 3000000 /dev/urandom > /large\n`,
    });
    const config = join(p.folder, '.docker');
    await provideBuilder(engine.runtime, config);
    env = { DOCKER_CONFIG: config };
    if (engine.runtime === 'native') return;
    // A prune is about everything on an engine, and other tests are at work on that of the run.
    own = await startEngine({ network: 'private', life: 'tied', say: () => {} });
    await ensureImage(own.host, 'busybox', () => {});
    env = { ...env, DOCKER_HOST: own.host };
  });
  afterAll(() => own?.stop());
  const flotilla = (...args: readonly string[]) => p.flotilla(args, { env });
  /** Bytes that the engine says its build cache takes. */
  const cacheSize = async (): Promise<string> => {
    const format = '{{.Type}}={{.TotalCount}} {{.Size}}';
    const { stdout } = await succeed(flotilla('system', 'df', '--format', format));
    return /^Build Cache=(.*)$/m.exec(stdout)?.[1] ?? '';
  };
  const large = async (): Promise<string> =>
    (await succeed(flotilla('exec', '-T', 'app', 'md5sum', '/large'))).stdout;

  it('is shown by system df, and each entry with -v', async () => {
    await succeed(flotilla('up', '-d'));
    expect(await cacheSize()).toMatch(/^[1-9]\d* [1-9]/);
    const { stdout } = await succeed(flotilla('system', 'df', '-v'));
    expect(stdout).toMatch(/^Build cache usage: \d.*\n\nCACHE ID +CACHE TYPE +SIZE +CREATED/m);
  });

  it('makes the next build the same one', async () => {
    const before = await large();
    await succeed(flotilla('up', '-d', '--build'));
    expect(await large()).toBe(before);
  });

  it('goes with system prune, and images that containers are of do not need it', async () => {
    const before = await large();
    const { stdout } = await succeed(flotilla('system', 'prune', '--all', '--force'));
    expect(stdout).toMatch(/^Deleted build cache objects:\n\S+\n/m);
    expect(stdout).toMatch(/^Total reclaimed space: [1-9]/m);
    expect(await cacheSize()).toBe('0 0B');
    expect(await large()).toBe(before);
    await succeed(flotilla('restart', 'app'));
    expect(await large()).toBe(before);
    await succeed(flotilla('up', '-d', '--build'));
    expect(await large()).not.toBe(before);
  });

  it('stays while something is built, and is as old as its youngest part', async () => {
    const building = p.startFlotilla(['build', 'slow'], { env });
    await building.output(/sleep 3/);
    await succeed(flotilla('system', 'prune', '--force'));
    expect((await building.done).exitCode).toBe(0);
    await succeed(flotilla('system', 'prune', '--force', '--filter', 'until=1h'));
    expect(await cacheSize()).toMatch(/^[1-9]/);
  });

  it('is filled by one builder where there is only one', async () => {
    const named = await flotilla('build', '--builder', 'nosuchbuilder', 'app');
    expect(named.exitCode).toBe(1);
    expect(named.stderr).toContain('builder');
    const limited = await succeed(flotilla('build', '--memory', '64m', 'app'));
    expect(limited.stderr).toContain('warning: --memory has no effect');
  });
});
