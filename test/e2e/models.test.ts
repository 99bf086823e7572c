import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const file = `
services:
  chat:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    models: [small-llm]
models:
  small-llm:
    model: ai/small
    context_size: 1024
    runtime_flags: [--temp, "0.1"]
`;

/** Stands in for Docker Model Runner: writes down how it is called, and knows the models that were pulled. */
const plugin = `#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/calls"
case "$1" in
docker-cli-plugin-metadata)
  echo '{"SchemaVersion":"0.1.0","Vendor":"Test","Version":"'$(cat "$here/version")'","ShortDescription":"Models"}' ;;
ls) test -e "$here/pulled" && echo '[{"id":"sha256:1","tags":["ai/small:latest"]}]' || echo '[]' ;;
pull) printf 'Downloaded 1 of 2\\rDownloaded 2 of 2\\n'; touch "$here/pulled" ;;
status) echo '{"running":true,"endpoint":"'$(cat "$here/url")'"}' ;;
esac
test ! -e "$here/broken-$1" || { echo "cannot $1 now" >&2; exit 3; }
`;

describe('a service with models', () => {
  it('has them pulled and configured, is told where they are, and neither tool recreates it', async () => {
    const { project, env, calls } = await chatty();
    const { stderr } = await succeed(project.flotilla(['up', '-d'], { env }));
    expect(stderr).toContain(' Model small-llm  Configured');
    const [first] = await project.containers();
    const { stdout } = await succeed(project.flotilla(['exec', '-T', 'chat', 'env']));
    expect(
      stdout
        .split('\n')
        .filter((line) => line.startsWith('SMALL_'))
        .sort(),
    ).toEqual(['SMALL_LLM_MODEL=ai/small', 'SMALL_LLM_URL=http://runner/v1/']);
    expect(calls()).toEqual([
      'ls --json',
      'pull ai/small',
      'docker-cli-plugin-metadata',
      'configure --context-size 1024 ai/small -- --temp 0.1',
      'status --json',
    ]);
    await succeed(project.flotilla(['up', '-d'], { env }));
    expect(calls().filter((call) => call.startsWith('pull'))).toHaveLength(1);
    await succeed(project[engine.otherTool](['up', '-d'], { env }));
    expect((await project.containers()).map(({ id }) => id)).toEqual([first?.id]);
    await succeed(project[engine.otherTool](['up', '-d', '--force-recreate'], { env }));
    const [theirs] = await project.containers();
    await succeed(project.flotilla(['up', '-d'], { env }));
    expect((await project.containers()).map(({ id }) => id)).toEqual([theirs?.id]);
    await succeed(project.flotilla(['down'], { env }));
    expect(await project.leftovers()).toEqual([]);
  });

  it('is recreated when they are served elsewhere', async () => {
    const { project, env } = await chatty();
    await succeed(project.flotilla(['up', '-d'], { env }));
    project.write('docker/cli-plugins/url', 'http://elsewhere/');
    const { stderr } = await succeed(project.flotilla(['up', '-d'], { env }));
    expect(stderr).toContain('environment.SMALL_LLM_URL "http://runner/v1/" -> "http://elsewhere/"');
  });

  it('is in the plan, which asks the program nothing', async () => {
    const { project, env, folder } = await chatty();
    const { stdout } = await succeed(project.flotilla(['plan'], { env }));
    expect(stdout.replaceAll(project.name, 'shop')).toMatchInlineSnapshot(`
      "model.prepare:small-llm  small-llm: "chat" uses it; pulled when it is not here
      network.create:default  shop_default: it does not exist
      container.create:chat/1  shop-chat-1: there is no container shop-chat-1 <- network.create:default, model.prepare:small-llm
      container.start:chat/1  shop-chat-1: there is no container shop-chat-1 <- container.create:chat/1
      "
    `);
    expect(existsSync(join(folder, 'calls'))).toBe(false);
  });

  it('says at its place in the file what is wrong with a model', async () => {
    const { project, env } = await chatty();
    const missing = await project.flotilla(['up', '-d'], { env: { DOCKER_CONFIG: project.folder } });
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr.replaceAll(project.folder, '.')).toMatchInlineSnapshot(`
      " Model small-llm  Configuring
       Model small-llm  Error model "small-llm" needs Docker Model Runner, and the docker CLI plugin docker-model is not here
      compose.yaml:10:12: error: model "small-llm" needs Docker Model Runner, and the docker CLI plugin docker-model is not here [run.model]
       8 | models:
       9 |   small-llm:
      10 |     model: ai/small
         |            ^^^^^^^^
      11 |     context_size: 1024
      hint: Install it (https://docs.docker.com/ai/model-runner/), or take \`models\` out of the services.
      "
    `);
    project.write('docker/cli-plugins/version', 'v1.0.2');
    const old = await project.flotilla(['up', '-d'], { env });
    expect(old.stderr).toContain(
      'compose.yaml:10:12: error: model "small-llm" has runtime_flags, which docker-model v1.0.2 does not take',
    );
    project.write('docker/cli-plugins/version', 'v1.0.6');
    project.write('docker/cli-plugins/broken-configure', '');
    const failed = await project.flotilla(['up', '-d'], { env });
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain(
      'compose.yaml:10:12: error: model "small-llm": docker-model cannot configure ai/small: cannot configure now',
    );
    expect(await project.containers()).toEqual([]);
  });
});

async function chatty() {
  const plugins = 'docker/cli-plugins';
  const project = await engine.project({
    'compose.yaml': file,
    [`${plugins}/url`]: 'http://runner/v1/',
    [`${plugins}/version`]: 'v1.0.6',
    [`${plugins}/docker-model`]: plugin,
  });
  const folder = join(project.folder, plugins);
  chmodSync(join(folder, 'docker-model'), 0o755);
  return {
    project,
    folder,
    env: { DOCKER_CONFIG: join(project.folder, 'docker') },
    calls: () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n'),
  };
}
