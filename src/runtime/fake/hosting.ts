import type { ContainerId } from '../../core/ids.ts';
import {
  commandOf,
  type EngineState,
  type FakeContainer,
  findImage,
  readFile,
  requireContainer,
  resolveName,
  setHealth,
  writeFile,
} from './model/index.ts';
import type { ProcessHost, ProcessStart } from './process.ts';
import type { World } from './world.ts';

/** What a container gives to the processes in it. */
export function hostFor(world: World, id: ContainerId): ProcessHost {
  return {
    clock: world.clock,
    output: (chunk) => world.outputOf(id).write(chunk),
    readFile: (path) => readFile(world.state, id, path)?.content,
    writeFile: (path, content) => {
      world.update(writeFile(world.state, id, path, { content, mode: 0o644, uid: 0, gid: 0 }));
    },
    resolve: (name) => resolveName(world.state, requireContainer(world.state, id), name),
    setHealth: (health, probe) => {
      world.apply(setHealth(world.state, id, health, probe));
    },
  };
}

/** How the next run of a container begins. */
export function mainProcess(
  state: EngineState,
  container: FakeContainer,
  stdin: AsyncIterable<Uint8Array> | undefined,
): ProcessStart {
  const { spec } = container;
  return {
    command: commandOf(state, container),
    environment: [...(findImage(state, spec.image)?.environment ?? []), ...spec.environment],
    user: spec.user ?? 'root',
    workingDir: spec.workingDir ?? '/',
    hostname: hostnameOf(container),
    tty: spec.tty,
    run: container.runs + 1,
    stdin: stdin ?? nothing(),
  };
}

export function hostnameOf({ spec, id }: FakeContainer): string {
  return spec.hostname ?? id.slice(0, 12);
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
