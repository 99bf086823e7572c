import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const file = `
services:
  db:
    provider:
      type: cloud
      options: {size: 256, zone: [a, b]}
  web:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    environment: {LEVEL: info}
    depends_on: [db]
`;

/** Writes down how it is called; `url` is what it says of itself. */
const provider = `#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/calls"
case "$*" in
*metadata*) exit 1 ;;
*" up "*)
  echo '{"type":"info","message":"preparing"}'
  echo '{"type":"debug","message":"hidden"}'
  echo '{"type":"setenv","message":"URL='$(cat "$here/url")'"}' ;;
esac
`;

const waiting = `#!/bin/sh
case "$*" in *metadata*) exit 1 ;; esac
echo '{"type":"info","message":"waiting"}'
exec sleep 1000
`;

describe('a service with a provider', () => {
  it('hands its variables to those who depend on it, as docker compose does, and neither tool recreates', async () => {
    const { project, env, calls } = await cloudy();
    await succeed(project.flotilla(['up', '-d'], { env }));
    const [first] = await project.containers();
    expect(await variables(project)).toEqual(['DB_URL=tcp://one', 'LEVEL=info']);
    expect(calls()).toEqual([
      'compose metadata',
      `compose --project-name=${project.name} up --size=256 --zone=a --zone=b db`,
    ]);
    await succeed(project.flotilla(['up', '-d'], { env }));
    await succeed(project[engine.otherTool](['up', '-d'], { env }));
    expect((await project.containers()).map(({ id }) => id)).toEqual([first?.id]);
    await succeed(project[engine.otherTool](['up', '-d', '--force-recreate'], { env }));
    const [theirs] = await project.containers();
    expect(await variables(project)).toEqual(['DB_URL=tcp://one', 'LEVEL=info']);
    await succeed(project.flotilla(['up', '-d'], { env }));
    expect((await project.containers()).map(({ id }) => id)).toEqual([theirs?.id]);
  });

  it('has them recreated when a value changed, and is in the plan', async () => {
    const { project, env } = await cloudy();
    const text = async () =>
      (await succeed(project.flotilla(['plan'], { env }))).stdout.replaceAll(project.name, 'shop');
    expect(await text()).toMatchInlineSnapshot(`
      "provider.up:db  db: provider cloud runs it; what depends on it is recreated when its variables changed
      network.create:default  shop_default: it does not exist
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default, provider.up:db
      container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1
      "
    `);
    await succeed(project.flotilla(['up', '-d'], { env }));
    expect(await text()).toMatchInlineSnapshot(`
      "unchanged: Network shop_default (Exists)
      unchanged: Container shop-web-1 (Running)
      provider.up:db  db: provider cloud runs it; what depends on it is recreated when its variables changed
      "
    `);
    project.write('bin/url', 'tcp://two');
    const { stderr } = await succeed(project.flotilla(['up', '-d'], { env }));
    expect(stderr).toContain('Recreated');
    expect(await variables(project)).toContain('DB_URL=tcp://two');
  });

  it('is taken down after them', async () => {
    const { project, env, calls } = await cloudy();
    await succeed(project.flotilla(['up', '-d'], { env }));
    const { stdout } = await succeed(project.flotilla(['--dry-run', 'down'], { env }));
    expect(stdout.replaceAll(project.name, 'shop')).toMatchInlineSnapshot(`
      " DRY-RUN MODE -  container.stop:shop-web-1  shop-web-1: down was asked for (failure tolerated)
       DRY-RUN MODE -  container.remove:shop-web-1  shop-web-1: down was asked for <- container.stop:shop-web-1
       DRY-RUN MODE -  provider.down:db  db: down was asked for after container.remove:shop-web-1
       DRY-RUN MODE -  network.remove:default  shop_default: down was asked for after container.remove:shop-web-1 (failure tolerated)
      "
    `);
    await succeed(project.flotilla(['stop'], { env }));
    await succeed(project.flotilla(['start'], { env }));
    await succeed(project.flotilla(['down'], { env }));
    expect(calls().at(-1)).toBe(
      `compose --project-name=${project.name} down --size=256 --zone=a --zone=b db`,
    );
    expect(await project.leftovers()).toEqual([]);
  });

  it('names the key when its program is missing or says that it failed', async () => {
    const { project, env } = await cloudy();
    const missing = await project.flotilla(['up', '-d']);
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr.replaceAll(project.folder, '.')).toMatchInlineSnapshot(`
      " Service db  Creating
       Service db  Error service "db" needs the provider "cloud", which is not here
      compose.yaml:5:13: error: service "db" needs the provider "cloud", which is not here [run.provider]
      3 |   db:
      4 |     provider:
      5 |       type: cloud
        |             ^^^^^
      6 |       options: {size: 256, zone: [a, b]}
      hint: Install the docker CLI plugin docker-cloud, or a program cloud on the PATH.
      "
    `);
    script(project, `#!/bin/sh\necho '{"type":"error","message":"no credit"}'\n`);
    const failed = await project.flotilla(['up', '-d'], { env });
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain('provider "cloud" failed to up service "db": no credit');
    script(project, '#!/bin/sh\necho broken >&2\nexit 3\n');
    expect((await project.flotilla(['up', '-d'], { env })).stderr).toContain('broken');
    expect(await project.containers()).toEqual([]);
  });

  it('is ended by Ctrl+C', async () => {
    const { project, env } = await cloudy();
    script(project, waiting);
    const running = project.startFlotilla(['--progress', 'json', 'up', '-d'], { env });
    await running.output(/"waiting"/);
    running.signal('SIGINT');
    expect((await running.done).exitCode).toBe(130);
  });
});

async function cloudy() {
  const project = await engine.project({ 'compose.yaml': file, 'bin/url': 'tcp://one' });
  script(project, provider);
  return {
    project,
    env: { PATH: `${join(project.folder, 'bin')}:${process.env['PATH']}` },
    calls: () => readFileSync(join(project.folder, 'bin/calls'), 'utf8').trim().split('\n'),
  };
}

function script(project: TestProject, text: string): void {
  project.write('bin/cloud', text);
  chmodSync(join(project.folder, 'bin/cloud'), 0o755);
}

async function variables(project: TestProject): Promise<readonly string[]> {
  const { stdout } = await succeed(project.flotilla(['exec', '-T', 'web', 'env']));
  return stdout
    .split('\n')
    .filter((line) => /^(DB_|LEVEL)/.test(line))
    .sort();
}
