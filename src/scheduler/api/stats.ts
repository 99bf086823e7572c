import type { ContainerId, ProjectName, ServiceName } from '../../core/ids.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import type { ContainerStats, ObservedContainer } from '../../runtime/index.ts';
import { byName } from '../execute/index.ts';
import { isUp, listContainers } from './containers.ts';
import type { Session } from './session.ts';

export interface StatsRequest {
  readonly projectName: ProjectName;
  /** Empty is all. */
  readonly services: ReadonlySet<ServiceName>;
  /** Include those that do not run: they take nothing. */
  readonly all: boolean;
}

export interface ListedStats {
  readonly container: ObservedContainer;
  /** Absent until it was read for the first time. */
  readonly stats?: ContainerStats;
}

/**
 * What a project's containers take of the machine, one-off ones included, in byte order of their names: once when all that
 * run were read, and then every second, with those that start meanwhile and without those that end, until the session is
 * drained. Rejects when the engine is lost.
 */
export async function* watchStats(
  session: Session,
  request: StatsRequest,
): AsyncGenerator<readonly ListedStats[]> {
  const { clock, drain } = session;
  const reading = linkedAbort(drain);
  const readers = new Map<ContainerId, Reader>();
  try {
    for (let isFirst = true; ; isFirst = false) {
      const listed = await listContainers(session, { ...request, oneOffs: true });
      keepReaders(readers, listed, (container) => startReader(session, container, reading.signal));
      if (isFirst) await Promise.all([...readers.values()].map(({ begun }) => begun));
      for (const { failure } of readers.values()) if (failure !== undefined) throw failure.error;
      if (drain.aborted) return;
      yield listed.flatMap((container) => rowOf(container, readers.get(container.id), request));
      await clock.sleep(intervalMs, reading.signal);
    }
  } catch (error) {
    if (!drain.aborted) throw error;
  } finally {
    reading.abort(new Error('nobody reads statistics any more'));
    await Promise.all([...readers.values()].map(({ done }) => done));
  }
}

const intervalMs = 1000;

/** Reads one container for as long as it runs. */
interface Reader {
  readonly latest?: ContainerStats;
  readonly isOver: boolean;
  readonly failure?: { readonly error: unknown };
  /** Resolves with the first reading, or when there is none. */
  readonly begun: Promise<void>;
  readonly done: Promise<void>;
}

/** One for each that runs; what was started anew gets a new one. */
function keepReaders(
  readers: Map<ContainerId, Reader>,
  listed: readonly ObservedContainer[],
  start: (container: ObservedContainer) => Reader,
): void {
  const up = listed.filter(isUp);
  const ids = new Set(up.map(({ id }) => id));
  for (const id of readers.keys()) if (!ids.has(id)) readers.delete(id);
  for (const container of up) {
    const known = readers.get(container.id);
    if (known === undefined || (known.isOver && known.failure === undefined)) {
      readers.set(container.id, start(container));
    }
  }
}

function startReader({ driver }: Session, container: ObservedContainer, signal: AbortSignal): Reader {
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const reader: { -readonly [Key in keyof Reader]: Reader[Key] } = { isOver: false, begun, done: begun };
  const read = async (): Promise<void> => {
    try {
      for await (const stats of driver.stats(container.id, signal)) {
        reader.latest = stats;
        begin();
      }
    } catch (error) {
      if (!signal.aborted) reader.failure = { error: byName(error, container) };
    } finally {
      reader.isOver = true;
      begin();
    }
  };
  reader.done = read();
  return reader;
}

function rowOf(
  container: ObservedContainer,
  reader: Reader | undefined,
  { all }: StatsRequest,
): readonly ListedStats[] {
  // It may have ended since it was listed.
  if (reader === undefined || reader.isOver) return all ? [{ container, stats: nothing }] : [];
  return [{ container, ...(reader.latest === undefined ? {} : { stats: reader.latest }) }];
}

const nothing: ContainerStats = {
  cpu: 0,
  memory: { used: 0, limit: 0 },
  network: { received: 0, sent: 0 },
  blockIo: { read: 0, written: 0 },
  processes: 0,
  missing: [],
};
