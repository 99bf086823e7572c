import type { ProjectName, ServiceName } from '../../core/ids.ts';
import type { LogOptions, ObservedContainer } from '../../runtime/index.ts';
import { displayNameOf, type EndNews, Follower, type OutputSink } from '../follow/index.ts';
import { replicaNumber } from '../plan/index.ts';
import { isChosen, listContainers } from './containers.ts';
import type { Session } from './session.ts';

export interface LogsRequest {
  readonly projectName: ProjectName;
  /** Empty is all. */
  readonly services: ReadonlySet<ServiceName>;
  /** Only the replicas of this number. */
  readonly index?: number;
  readonly options: LogOptions;
  readonly sink: OutputSink;
  /** With `follow`: hears of a container's end after its output. */
  readonly onEnd?: (news: EndNews) => void;
}

/**
 * Prints what a project's containers said and, with `follow`, what they and those that start meanwhile say until all
 * have ended or the session is drained.
 */
export async function printLogs(session: Session, request: LogsRequest): Promise<void> {
  if (request.options.follow) await follow(session, request);
  else await printPast(session, request);
}

async function printPast(session: Session, request: LogsRequest): Promise<void> {
  const containers = await choose(session, request);
  const names = containers.map((container) => displayNameOf(container.name, request.projectName));
  for (const name of names) request.sink.register(name);
  await Promise.all(
    containers.map(async (container, index) => {
      const name = names[index] ?? container.name;
      try {
        for await (const chunk of session.driver.logs(container.id, request.options, session.drain)) {
          await request.sink.chunk(name, chunk);
        }
      } catch (error) {
        if (!session.drain.aborted) throw error;
      } finally {
        request.sink.end(name);
      }
    }),
  );
}

async function follow(session: Session, request: LogsRequest): Promise<void> {
  const { options, services, onEnd } = request;
  const isWanted = (service: string) => services.size === 0 || services.has(service as ServiceName);
  const follower = await Follower.open({
    driver: session.driver,
    project: request.projectName,
    sink: request.sink,
    isAttached: isWanted,
    isWatched: isWanted,
    timestamps: options.timestamps ?? false,
    ...(options.until === undefined ? {} : { until: options.until }),
    ...(isChosen(request.index) ? { isKnownOnly: true } : { awaitsSuccessors: true }),
    ...(onEnd === undefined ? {} : { onEnd }),
  });
  try {
    for (const container of await choose(session, request)) follower.takeIn(container, options);
    await Promise.race([follower.allExited(), aborted(session.drain)]);
  } finally {
    await follower.close();
  }
}

async function choose(
  session: Session,
  { projectName, services, index }: LogsRequest,
): Promise<readonly ObservedContainer[]> {
  const found = await listContainers(session, { projectName, services, all: true, oneOffs: false });
  return found.filter((container) => !isChosen(index) || replicaNumber(container) === index);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
