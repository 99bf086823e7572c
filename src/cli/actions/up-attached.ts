import { messageOf } from '../../core/error.ts';
import type { ServiceName } from '../../core/ids.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import { compareBytes } from '../../core/text.ts';
import {
  checkServiceNames,
  displayNameOf,
  Follower,
  listContainers,
  type OpenWatch,
  type Operation,
  type Plan,
  type UpRequest,
  up,
} from '../../scheduler/index.ts';
import { createLogPrinter } from '../output/log-printer.ts';
import { type CommandSession, exitCodeOf } from '../session.ts';
import { wantsColour } from '../style.ts';
import { tellTimings } from '../timings/tell.ts';
import { exitText } from './exit-text.ts';
import type { UpContext } from './up.ts';
import { Ending } from './up-ending.ts';
import type { UpMode } from './up-options.ts';
import { targetsOf } from './up-overrides.ts';
import { stopProject } from './up-stop.ts';

type AttachedMode = Extract<UpMode, { readonly kind: 'attached' }>;

/**
 * `up` in the foreground: output is followed from before the first start until every container that is watched has
 * exited or somebody stops it; with a watch, which starts what has ended anew, until somebody stops it.
 *
 * starting --all started--> following --all exited--> done
 *     |                        |
 *     +--Ctrl+C / a container ends (--abort-on-…)--> stopping --Ctrl+C--> killing
 */
export async function runAttached(
  context: UpContext,
  open: CommandSession,
  request: UpRequest,
  mode: AttachedMode,
  watch?: OpenWatch,
): Promise<number> {
  const { project } = request;
  const { io, options } = context;
  checkServiceNames(project, [
    ...options.attach,
    ...options.noAttach,
    ...(mode.exitCodeFrom === undefined ? [] : [mode.exitCodeFrom]),
  ]);
  const printer = createLogPrinter({
    stdout: io.stdout.stream(),
    stderr: io.stderr.stream(),
    color: !options.noColor && wantsColour(io.stdout, io, context.global),
    prefix: !options.noLogPrefix,
    timestamps: options.timestamps,
    now: open.clock.now,
    beforeWrite: open.makeRoom,
  });
  const session: CommandSession = {
    ...open,
    // As docker compose marks what does not come from the container's own program.
    hookOutput: (name, chunk) => printer.chunk(`${displayNameOf(name, project.name)} ->`, chunk),
  };
  const attached = attachedServices(context, request);
  const watched = watchedServices(context, request, attached);
  const ending = new Ending({ mode, watched, interrupted: session.drain });
  const follower = await Follower.open({
    driver: session.driver,
    project: project.name,
    sink: printer,
    isAttached: (service) => attached.has(service),
    isWatched: (service) => watched.has(service),
    timestamps: options.timestamps,
    onUnreadable: (name) => printer.status(name, 'keeps no log, so its output is not shown from here on'),
    onNews: (news) => ending.hear(news),
    onEnd: (news) => {
      if (attached.has(news.service)) printer.status(news.displayName, exitText(news));
    },
  });
  const starting = linkedAbort(session.drain, ending.signal);
  try {
    const operation = await up(
      { ...session, drain: starting.signal },
      {
        ...request,
        saysDrain: false,
        onPlan: async (plan) => {
          ending.begin();
          announce(plan, project.name, attached, (line) => io.stdout.write(line));
          await followUnchanged(plan, session, request, follower);
        },
        beforeStart: async ({ id, name, service }) => {
          await watch?.prepare(service as ServiceName, { id, name });
          await follower.beforeStart(id, name, service);
        },
      },
    );
    // What runs goes on, whatever becomes of its timings.
    await tellTimings(context, operation, session.makeRoom).catch((error: unknown) => {
      io.stderr.write(`warning: ${messageOf(error)}\n`);
    });
    if (endedByContainer(operation, watched, mode)) await patiently(session, aborted(ending.signal));
    if (operation.result.outcome === 'failed' && !ending.signal.aborted) return 1;
    if (operation.result.outcome === 'done') {
      await Promise.race([watch?.run() ?? follower.allExited(), aborted(starting.signal)]);
    }
    if (starting.signal.aborted) {
      await stopProject(context, session, request);
      await patiently(session, follower.allExited());
    }
    return ending.exitCode() ?? exitCodeOf(operation, session.interrupts);
  } finally {
    starting.dispose();
    await follower.close();
    await printer.flush();
  }
}

/** The line that docker compose begins with, naming whose output follows. */
function announce(
  plan: Plan,
  projectName: string,
  attached: ReadonlySet<string>,
  write: (line: string) => void,
): void {
  const started = plan.steps.flatMap((step) =>
    step.kind === 'container.start' && attached.has(step.input.service) ? [step.input.container.name] : [],
  );
  const running = plan.unchanged
    .filter((resource) => resource.type === 'Container')
    .filter(({ name }) => attached.has(displayNameOf(name, projectName).replace(/-\d+$/, '')));
  const names = [...started, ...running.map(({ name }) => name)]
    .map((name) => displayNameOf(name, projectName))
    .sort(compareBytes);
  if (names.length > 0) write(`Attaching to ${names.join(', ')}\n`);
}

/** Containers that the run leaves as they are: their output, and their end, from now on. */
async function followUnchanged(
  { unchanged }: Plan,
  session: CommandSession,
  { project }: UpRequest,
  follower: Follower,
): Promise<void> {
  const names = new Set(unchanged.filter(({ type }) => type === 'Container').map(({ name }) => name));
  if (names.size === 0) return;
  const running = await listContainers(session, {
    projectName: project.name,
    services: new Set(project.services.keys()),
    all: false,
    oneOffs: false,
  });
  for (const container of running) {
    if (names.has(container.name)) follower.takeIn(container, { follow: true, tail: 0 });
  }
}

/** Whose output is shown: the named services, or with --attach-dependencies their dependencies too. */
function attachedServices(
  { options, arguments: names }: UpContext,
  { project }: UpRequest,
): ReadonlySet<string> {
  const base =
    options.attach.length > 0
      ? options.attach
      : names.length === 0 || options.attachDependencies
        ? [...project.services.keys()]
        : targetsOf(project, names);
  return new Set(
    base.filter(
      (name) => !options.noAttach.includes(name) && project.services.get(name as never)?.attach !== false,
    ),
  );
}

/** Whose end ends the run: of what is shown, that which was asked for. Where nothing is shown, everything counts. */
function watchedServices(
  { arguments: names }: UpContext,
  { project }: UpRequest,
  attached: ReadonlySet<string>,
): ReadonlySet<string> {
  if (names.length > 0) return new Set<string>(targetsOf(project, names));
  return attached.size > 0 ? attached : new Set<string>(project.services.keys());
}

/** A wait that fails because a container has ended may know of it before the news of the end have come. */
function endedByContainer(
  { result }: Operation,
  watched: ReadonlySet<string>,
  { abortOn }: AttachedMode,
): boolean {
  return (
    abortOn !== 'nothing' &&
    result.errors.some(({ code }) => code === 'run.exited') &&
    result.steps.some(
      ({ step, outcome }) =>
        outcome === 'failed' && step.kind === 'container.wait' && watched.has(step.input.service),
    )
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** For what the engine tells of containers that end; one that does not tell holds nobody up. */
async function patiently(session: CommandSession, news: Promise<void>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([news, session.clock.sleep(2000, patience.signal)]).finally(() =>
    patience.abort(new DOMException('all is said', 'AbortError')),
  );
}
