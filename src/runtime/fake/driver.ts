import { untilAborted } from '../../core/until-aborted.ts';
import type { Channel } from '../channel.ts';
import type { Capabilities, Driver, EngineVersion } from '../driver.ts';
import type { FakeExec } from './behaviour.ts';
import type { CallLog, CallRequest } from './calls.ts';
import { checkCapabilities } from './capabilities.ts';
import { commit } from './commit.ts';
import type { Connection } from './connection.ts';
import { startExec } from './exec.ts';
import { housekeepingOf } from './housekeeping.ts';
import {
  connectNetwork,
  createContainer,
  createNetwork,
  createVolume,
  detailsOf,
  disconnectNetwork,
  fillVolume,
  findContainer,
  findImage,
  isRunning,
  keepImage,
  pauseContainer,
  processTable,
  readRoot,
  readTree,
  removeContainer,
  removeImage,
  removeNetwork,
  removeVolume,
  renameContainer,
  requireContainer,
  requireRunning,
  snapshot,
  statPath,
  unpauseContainer,
  writeFiles,
} from './model/index.ts';
import type { Verb } from './options.ts';
import { build, history, pull, push, type Registry } from './registry.ts';
import { joinSignals } from './signals.ts';
import { readStats } from './stats.ts';
import type { Supervisor } from './supervisor.ts';
import { archiveOf, filesIn } from './tar.ts';
import type { World } from './world.ts';

export interface FakeParts {
  readonly world: World;
  readonly supervisor: Supervisor;
  readonly log: CallLog;
  readonly connection: Connection;
  readonly registry: Registry;
  readonly execs: readonly FakeExec[];
  readonly capabilities: Capabilities;
  readonly version: EngineVersion;
}

/** The port over a fake engine's parts; several drivers of one engine see the same containers. */
export function createFakeDriver(parts: FakeParts): Driver {
  const { world, supervisor, connection, capabilities } = parts;
  const open = new Set<{ close(): void }>();
  const nameOf = (ref: string): string => findContainer(world.state, ref)?.name ?? ref;
  const call: Call = (signal, verb, name, input, run) => makeCall(parts, { verb, name, input, run }, signal);
  const keep = <T>(stream: Channel<T>): Channel<T> => {
    open.add(stream);
    stream.whenEnded(() => open.delete(stream));
    return connection.track(stream);
  };

  return {
    kind: 'fake',
    capabilities,
    endpoint: 'fake://engine',
    version: (signal) => call(signal, 'version', '', undefined, () => parts.version),
    snapshot: (query, signal) =>
      call(signal, 'snapshot', query.project, query, () => snapshot(world.state, query, world.clock.now())),

    createNetwork: (spec, signal) =>
      call(signal, 'createNetwork', spec.name, spec, () => world.update(createNetwork(world.state, spec))),
    removeNetwork: (name, signal) =>
      call(signal, 'removeNetwork', name, undefined, () => world.update(removeNetwork(world.state, name))),
    connectNetwork: (container, endpoint, signal) =>
      call(signal, 'connectNetwork', nameOf(container), endpoint, () =>
        world.update(connectNetwork(world.state, container, endpoint)),
      ),
    disconnectNetwork: (container, network, signal) =>
      call(signal, 'disconnectNetwork', nameOf(container), network, () =>
        world.update(disconnectNetwork(world.state, container, network)),
      ),
    createVolume: (spec, signal) =>
      call(signal, 'createVolume', spec.name, spec, () => world.update(createVolume(world.state, spec))),
    removeVolume: (name, signal) =>
      call(signal, 'removeVolume', name, undefined, () => world.update(removeVolume(world.state, name))),

    fillVolume: (filling, signal) =>
      call(signal, 'fillVolume', filling.volume.name, filling.volume, () =>
        world.update(fillVolume(world.state, filling)),
      ),

    inspectImage: (reference, signal) =>
      call(signal, 'inspectImage', reference, undefined, () => {
        const image = findImage(world.state, reference);
        return image === undefined ? undefined : keepImage(image);
      }),
    imageHistory: (reference, signal) =>
      call(signal, 'imageHistory', reference, undefined, () => history(world, reference)),
    pullImage: (reference, options, signal) =>
      call(signal, 'pullImage', reference, options, () => pull(world, parts.registry, reference, options)),
    pushImage: (reference, options, signal) =>
      call(signal, 'pushImage', reference, options, () => push(world, reference, options)),
    removeImage: (reference, signal) =>
      call(signal, 'removeImage', reference, undefined, () =>
        world.update(removeImage(world.state, reference)),
      ),

    housekeeping: housekeepingOf(world, (signal, name, input, run) =>
      call(signal, 'housekeeping', name, input, run),
    ),
    buildImage: (spec, options, signal) =>
      call(signal, 'buildImage', spec.tags[0], spec, () => build(world, spec, options)),

    createContainer: (spec, options, signal) =>
      call(signal, 'createContainer', options.as ?? spec.name, { spec, options }, () => {
        checkCapabilities(spec, capabilities);
        const { manyEndpointsAtCreate } = capabilities;
        const creation = { options, now: world.clock.now(), manyEndpointsAtCreate };
        return world.apply(createContainer(world.state, spec, creation)).id;
      }),
    startContainer: (container, signal) =>
      call(signal, 'startContainer', nameOf(container), undefined, () => supervisor.start(container)),
    stopContainer: (container, options, signal) =>
      call(signal, 'stopContainer', nameOf(container), options, () =>
        supervisor.stop(container, options.timeoutSeconds),
      ),
    killContainer: (container, signalName, signal) =>
      call(signal, 'killContainer', nameOf(container), signalName, () =>
        supervisor.kill(container, signalName),
      ),
    pauseContainer: (container, signal) =>
      call(signal, 'pauseContainer', nameOf(container), undefined, () => {
        world.apply(pauseContainer(world.state, container));
      }),
    unpauseContainer: (container, signal) =>
      call(signal, 'unpauseContainer', nameOf(container), undefined, () => {
        world.apply(unpauseContainer(world.state, container));
      }),
    removeContainer: (container, options, signal) =>
      call(signal, 'removeContainer', nameOf(container), options, () => {
        if (options.force) supervisor.endByForce(container);
        world.apply(removeContainer(world.state, container, options));
      }),
    renameContainer: (container, name, signal) =>
      call(signal, 'renameContainer', nameOf(container), name, () => {
        world.apply(renameContainer(world.state, container, name));
      }),
    inspectContainer: (container, signal) =>
      call(signal, 'inspectContainer', nameOf(container), undefined, () => {
        const found = findContainer(world.state, container);
        return found === undefined ? undefined : detailsOf(found);
      }),

    listProcesses: (container, signal) =>
      call(signal, 'listProcesses', nameOf(container), undefined, () =>
        processTable(world.state, requireRunning(world.state, container, 'list the processes of')),
      ),
    async *stats(container, signal) {
      yield* await call(signal, 'stats', nameOf(container), undefined, () =>
        keep(readStats(world, container, signal)),
      );
    },
    async *logs(container, options, signal) {
      yield* await call(signal, 'logs', nameOf(container), options, () => {
        const found = requireContainer(world.state, container);
        const output = world.outputOf(found.id);
        return keep(output.read(options, world.clock.now(), isRunning(found), signal));
      });
    },
    attach: (container, signal) =>
      call(signal, 'attach', nameOf(container), undefined, () =>
        keep(world.outputOf(requireContainer(world.state, container).id).attach(signal)),
      ),
    attachInput: (container, signal) =>
      call(signal, 'attachInput', nameOf(container), undefined, () => {
        const found = requireContainer(world.state, container);
        const input = supervisor.inputOf(found);
        const output = keep(world.outputOf(found.id).attach(signal));
        return {
          output,
          write: async (data) => input?.push(data),
          end: () => {
            if (found.spec.stdinOnce === true && !found.spec.tty) input?.close();
          },
          resize: async (size) => supervisor.resize(found, size),
        };
      }),
    events: (filter, signal) =>
      call(signal, 'events', filter.project ?? '', undefined, () =>
        endWhenAborted(connection.track(world.subscribe(filter, signal)), signal),
      ),

    exec: (container, spec, signal) =>
      call(signal, 'exec', nameOf(container), spec, () => {
        const { session, output } = startExec(parts, parts.execs, container, spec, signal);
        keep(output);
        return session;
      }),
    putFiles: (container, files, signal) =>
      call(signal, 'putFiles', nameOf(container), files, () =>
        world.update(writeFiles(world.state, requireContainer(world.state, container).id, files)),
      ),
    getArchive: (container, path, signal) =>
      call(signal, 'getArchive', nameOf(container), path, () =>
        archiveOf(path, readTree(world.state, container, path), signal),
      ),
    putArchive: (container, path, archive, _options, signal) =>
      call(signal, 'putArchive', nameOf(container), path, async () => {
        const files = await filesIn(path, archive);
        world.update(writeFiles(world.state, requireContainer(world.state, container).id, files));
      }),
    statPath: (container, path, signal) =>
      call(signal, 'statPath', nameOf(container), path, () => statPath(world.state, container, path)),
    exportContainer: (container, signal) =>
      call(signal, 'exportContainer', nameOf(container), undefined, () =>
        archiveOf('/.', readRoot(world.state, container), signal),
      ),
    commitContainer: (container, options, signal) =>
      call(signal, 'commitContainer', nameOf(container), options, () => commit(world, container, options)),
    close: async () => {
      for (const stream of [...open]) stream.close();
    },
  };
}

type Call = <T>(
  signal: AbortSignal | undefined,
  verb: Verb,
  name: string,
  input: unknown,
  run: () => T | Promise<T>,
) => Promise<T>;

async function makeCall<T>(
  { connection, log }: FakeParts,
  request: Omit<CallRequest<T>, 'signal'>,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted();
  connection.assertAlive();
  const joined = joinSignals(signal, connection.signal);
  try {
    const run = (): Promise<T> => untilAborted(Promise.resolve(request.run()), joined.signal);
    return await log.make({ ...request, signal: joined.signal, run });
  } finally {
    joined[Symbol.dispose]();
  }
}

/** An abort is the normal end of a subscription, not its failure. */
async function* endWhenAborted<T>(
  stream: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  try {
    yield* stream;
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
