import type { ProjectName } from '../../src/core/ids.ts';
import type { Driver, ObservedState } from '../../src/runtime/index.ts';
import type { TestProject } from './project.ts';

/** What a run of commands has changed of a project, told by what there is before and after. */
export async function watchState<T>(
  connect: () => Promise<Driver>,
  { name }: TestProject,
  run: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<{ readonly result: T; readonly writes: readonly string[] }> {
  const driver = await connect();
  const look = async () => {
    const state = await driver.snapshot({
      project: name as ProjectName,
      networks: [],
      volumes: [],
      images: [],
    });
    return thingsOf(state, driver);
  };
  const before = await look();
  const result = await run({});
  const after = await look();
  const made = [...after].filter((thing) => !before.has(thing)).map((thing) => `made ${thing}`);
  const gone = [...before].filter((thing) => !after.has(thing)).map((thing) => `gone: ${thing}`);
  return { result, writes: [...made, ...gone] };
}

/** One line for each thing, and one for each run of a container. */
async function thingsOf(state: ObservedState, driver: Driver): Promise<ReadonlySet<string>> {
  const containers = await Promise.all(
    state.containers.map(async ({ id, name }) => {
      const details = await driver.inspectContainer(id);
      const run = details?.startedAt === undefined ? [] : [`run of ${name} at ${details.startedAt}`];
      return [`container ${name} ${id}`, ...run];
    }),
  );
  const networks = state.networks.map(({ id, name }) => `network ${name} ${id}`);
  return new Set([...containers.flat(), ...networks, ...state.volumes.map(({ name }) => `volume ${name}`)]);
}
