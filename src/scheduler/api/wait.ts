import { FlotillaError } from '../../core/error.ts';
import type { ProjectName, ServiceName } from '../../core/ids.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import { quote } from '../../core/text.ts';
import type { EngineEvent, ObservedContainer } from '../../runtime/index.ts';
import { isOneOff } from '../plan/index.ts';
import { isUp, listContainers } from './containers.ts';
import type { Session } from './session.ts';

export interface WaitRequest {
  readonly projectName: ProjectName;
  /** Empty is all. */
  readonly services: ReadonlySet<ServiceName>;
}

export interface EndedContainer {
  readonly container: ObservedContainer;
  readonly exitCode: number;
}

/**
 * The ends of the containers of services, as they come, those of `run` that run included; first of those that have ended
 * already, so that nothing depends on who was faster. A container that its restart policy brings back goes on. Ends when
 * all have ended, or the session is drained. Rejects with `run.container-missing` when there is none.
 */
export async function* waitForEnds(
  session: Session,
  { projectName, services }: WaitRequest,
): AsyncGenerator<EndedContainer> {
  const { driver, drain } = session;
  const listening = linkedAbort(drain);
  try {
    // Before anything is looked at, so that nothing can happen unseen in between.
    const events = await driver.events({ project: projectName }, listening.signal);
    const containers = await listContainers(session, { projectName, services, all: true, oneOffs: true });
    const waiting = new Map(containers.filter(isAlive).map((container) => [container.id, container]));
    const over = containers.filter((container) => container.state === 'exited' && !isOneOff(container));
    if (waiting.size + over.length === 0) throw noneThere(projectName, services);
    for (const container of over) yield { container, exitCode: container.exitCode ?? 0 };
    if (waiting.size === 0) return;
    for await (const event of events) {
      const container = waiting.get(event.container);
      if (container === undefined || !mayBeEnd.has(event.action)) continue;
      const exitCode = await exitCodeAfter(session, event);
      if (exitCode === undefined) continue;
      waiting.delete(container.id);
      yield { container, exitCode };
      if (waiting.size === 0) return;
    }
  } finally {
    listening.abort(new Error('the wait is over'));
  }
}

function isAlive(container: ObservedContainer): boolean {
  return isUp(container) || container.state === 'restarting';
}

/** The second tells of one that was between two runs, the third of one that nobody could look at in time. */
const mayBeEnd: ReadonlySet<EngineEvent['action']> = new Set(['die', 'stop', 'destroy']);

/** Undefined for a container that goes on: the event does not say what the restart policy makes of it. */
async function exitCodeAfter({ driver, abort }: Session, event: EngineEvent): Promise<number | undefined> {
  const details = await driver.inspectContainer(event.container, abort);
  if (details === undefined) return event.exitCode ?? killed;
  return details.state === 'exited' || details.state === 'dead' ? details.exitCode : undefined;
}

/** By SIGKILL, as those are that are removed while they run. */
const killed = 137;

function noneThere(project: ProjectName, services: ReadonlySet<ServiceName>): FlotillaError {
  const names = [...services];
  const of = names.length === 0 ? '' : ` (${names.map(quote).join(', ')})`;
  return new FlotillaError('run.container-missing', `no containers for project ${quote(project)}${of}`, {
    hint: `Start them with \`flotilla up -d${names.map((name) => ` ${name}`).join('')}\`.`,
  });
}
