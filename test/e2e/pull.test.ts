import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { type RegistryServer, startRegistryServer } from '../support/registry-server.ts';
import { succeed } from './succeed.ts';

describe('pull', () => {
  const engine = useEngine();
  let registry: RegistryServer;
  let tags: readonly string[];
  beforeAll(async () => {
    // The throwaway engine reaches this machine over its cable.
    const address = engine.address.replace(/^(10\..*)\.2$/, '$1.1');
    registry = await startRegistryServer({ login: false, address });
    tags = ['web', 'db:1', 'tool:1'].map((name) => `${registry.host}/pull/${name}`);
    const p = await engine.project({ 'compose.yaml': `services: {a: {image: "${images.busybox}"}}` });
    for (const tag of tags) {
      await engine.docker.tag(images.busybox, tag.replace(/web$/, 'web:latest'));
      await succeed(p.flotilla(['image', 'push', '-q', tag]));
    }
    await untag();
  });
  afterEach(() => untag());
  afterAll(() => registry.stop());

  const untag = async () => {
    for (const tag of tags) await engine.docker.untag(tag).catch(() => {});
  };
  const shop = (more = ''): Promise<TestProject> =>
    engine.project({
      'compose.yaml': `
services:
  web: {image: "${registry.host}/pull/web", depends_on: [db]}
  again: {image: "${registry.host}/pull/web"}
  db: {image: "${registry.host}/pull/db:1", pull_policy: missing}
  tool: {image: "${registry.host}/pull/tool:1", build: ., profiles: [tools]}
  made: {build: .}
${more}`,
    });
  const told = ({ stderr }: { readonly stderr: string }): readonly string[] =>
    stderr
      .replaceAll(`${registry.host}/pull/`, '')
      .replace(/ in [\d.]+s$/gm, '')
      .split('\n')
      .filter((line) => / {2}(?:Pulled|Skipped)/.test(line))
      .map((line) => line.replace(/Pulled.*/, 'Pulled').trim())
      .sort();

  it('fetches each image once, and again, unless the policy of the service says otherwise', async () => {
    const p = await shop();
    expect(told(await succeed(p.flotilla(['pull'])))).toEqual(['Image db:1  Pulled', 'Image web  Pulled']);
    expect(told(await succeed(p.flotilla(['pull'])))).toEqual([
      'Image db:1  Skipped - Image is already present locally',
      'Image web  Pulled',
    ]);
    const always = await succeed(p.flotilla(['pull', '--policy', 'always']));
    expect(told(always)).toEqual(['Image db:1  Pulled', 'Image web  Pulled']);
    const never = await succeed(p.flotilla(['pull', '--policy', 'never']));
    expect(told(never)).toEqual(['Image db:1  Skipped', 'Image web  Skipped']);
    await p.composeToo(['pull'], ({ exitCode, stderr }) => {
      expect(exitCode).toBe(0);
      expect(stderr).toContain('Skipped - Image is already present locally');
      expect(stderr).toMatch(/(?:web|again) Pulled/);
    });
    expect(await p.containers()).toEqual([]);
  });

  it('fetches what is mounted, too, and so does up when it is missing', async () => {
    const mount = `{type: image, source: "${registry.host}/pull/db:1", target: /data}`;
    const p = await shop(
      `  mounting: {image: "${registry.host}/pull/web", command: ls /data, volumes: [${mount}]}`,
    );
    expect(told(await succeed(p.flotilla(['pull', 'mounting'])))).toEqual([
      'Image db:1  Pulled',
      'Image web  Pulled',
    ]);
    await untag();
    // The test's Docker Engine is too old for such mounts.
    if (engine.runtime === 'docker') return;
    const { stdout } = await succeed(p.flotilla(['run', '--rm', '-T', 'mounting']));
    expect(stdout).toContain('bin\n');
    await untag();
    expect(told(await succeed(p.flotilla(['up', '--no-start', 'mounting'])))).toEqual([
      'Image db:1  Pulled',
      'Image web  Pulled',
    ]);
  });

  it('takes services, with what they depend on when asked, and says nothing when quiet', async () => {
    const p = await shop();
    expect(told(await succeed(p.flotilla(['pull', 'web'])))).toEqual(['Image web  Pulled']);
    const both = await succeed(p.flotilla(['pull', '--include-deps', 'web']));
    expect(told(both)).toEqual(['Image db:1  Pulled', 'Image web  Pulled']);
    expect(await succeed(p.flotilla(['pull', '-q', 'again']))).toMatchObject({ stdout: '', stderr: '' });
    const tool = await succeed(p.flotilla(['pull', '--ignore-buildable', 'tool']));
    expect(told(tool)).toEqual(['Image tool:1  Skipped - Image can be built']);
    expect((await succeed(p.flotilla(['pull', 'made']))).stderr).toContain(
      'service "made" has nothing to pull',
    );
    const plan = await succeed(p.flotilla(['--dry-run', 'pull', 'tool']));
    expect(plan.stdout).toContain(`image.pull:${registry.host}/pull/tool:1`);
    const old = await succeed(p.flotilla(['pull', '--no-parallel', '--parallel', 'web']));
    expect(old.stderr).toContain('warning: --no-parallel is deprecated');
    expect(old.stderr).toContain('warning: --parallel is deprecated');
    expect((await p.flotilla(['pull', 'nope'])).stderr).toContain('no such service: nope');
    expect((await p.flotilla(['pull', '--policy', 'newer'])).stderr).toContain('--policy');
    await p.composeToo(['pull', 'nope'], ({ exitCode }) => expect(exitCode).toBe(1));
  });

  it('fails with what cannot be pulled, at its place in the file, unless failures are ignored', async () => {
    const p = await shop(`  lost: {image: "${registry.host}/pull/lost:1"}`);
    const failed = await p.flotilla(['pull', 'lost']);
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toMatch(/compose\.yaml:8:\d+: error: cannot pull image .*lost:1/);
    const ignored = await succeed(p.flotilla(['pull', '--ignore-pull-failures']));
    expect(told(ignored)).toEqual(['Image db:1  Pulled', 'Image web  Pulled']);
    expect(ignored.stderr).toMatch(/lost:1 {2}Warning: cannot pull image/);
    await p.composeToo(['pull', 'lost'], ({ exitCode }) => expect(exitCode).toBe(1));
    await p.composeToo(['pull', '--ignore-pull-failures', 'lost'], ({ exitCode }) =>
      expect(exitCode).toBe(0),
    );
  });

  it('pulls the rest when what can be built is in no registry, and says how to build it', async () => {
    const p = await engine.project({
      'compose.yaml': `
services:
  own: {image: "${registry.host}/pull/own:1", build: .}
  db: {image: "${registry.host}/pull/db:1"}
`,
    });
    const failed = await p.flotilla(['pull']);
    expect(failed.exitCode).toBe(1);
    expect(told(failed)).toEqual(['Image db:1  Pulled']);
    expect(failed.stderr).toContain('Build it with `flotilla build own`');
    await p.composeToo(['pull'], ({ exitCode, stderr }) => {
      expect(exitCode).toBe(1);
      expect(stderr).toContain('must be built from source');
    });
  });
});
