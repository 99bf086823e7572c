import { labels } from '../../core/labels.ts';
import { compareBytes } from '../../core/text.ts';
import {
  checkServiceNames,
  displayNameOf,
  Follower,
  listContainers,
  type NamedNews,
  type Plan,
  stop,
  type UpRequest,
  up,
} from '../../scheduler/index.ts';
import { createLogPrinter } from '../output/log-printer.ts';
import { type CommandSession, exitCodeOf } from '../session.ts';
import { wantsColour } from '../style.ts';
import { exitText } from './exit-text.ts';
import type { UpContext } from './up.ts';
import type { UpMode } from './up-options.ts';
import { targetsOf } from './up-overrides.ts';

type AttachedMode = Extract<UpMode, { readonly kind: 'attached' }>;

/**
 * `up` in the foreground: output is followed from before the first start until every container has exited or somebody
 * stops it.
 *
 * starting --all started--> following --all exited--> done
 *     |                        |
 *     +--Ctrl+C / a container ends (--abort-on-…)--> stopping --Ctrl+C--> killing
 */
export async function runAttached(
  context: UpContext,
  session: CommandSession,
  request: UpRequest,
  mode: AttachedMode,
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
    now: session.clock.now,
    beforeWrite: session.makeRoom,
  });
  const ending = new Ending(mode);
  const attached = attachedServices(context, request);
  const follower = await Follower.open({
    driver: session.driver,
    project: project.name,
    sink: printer,
    isAttached: (service) => attached.has(service),
    isWatched: (service) => project.services.has(service as never),
    timestamps: options.timestamps,
    onUnreadable: (name) => printer.status(name, 'keeps no log, so its output is not shown from here on'),
    onNews: (news) => ending.hear(news),
    onEnd: (news) => {
      if (attached.has(news.service)) printer.status(news.displayName, exitText(news));
    },
  });
  try {
    const operation = await up(session, {
      ...request,
      onPlan: (plan) => announce(plan, project.name, attached, (line) => io.stdout.write(line)),
      beforeStart: async ({ id, name, service }) => follower.beforeStart(id, name, service),
    });
    if (operation.result.outcome === 'failed') return 1;
    if (operation.result.outcome === 'done') {
      await followRunning(session, request, follower);
      await Promise.race([follower.allExited(), ending.aborted, interrupted(session)]);
    }
    if (session.drain.aborted || ending.isAborted) {
      await stopProject(context, session, request);
      await lastWords(follower, session);
    }
    return ending.exitCode() ?? exitCodeOf(operation, session.interrupts);
  } finally {
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

/** Containers that the run left as they were: their output from now on. */
async function followRunning(
  session: CommandSession,
  { project }: UpRequest,
  follower: Follower,
): Promise<void> {
  const running = await listContainers(session, {
    projectName: project.name,
    services: new Set(project.services.keys()),
    all: false,
    oneOffs: false,
  });
  for (const container of running) follower.takeIn(container, { follow: true, tail: 0 });
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

function interrupted(session: CommandSession): Promise<void> {
  return new Promise((resolve) => {
    if (session.drain.aborted) resolve();
    else session.drain.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What containers say while they end, and with which code; an engine that does not tell holds nobody up. */
async function lastWords(follower: Follower, session: CommandSession): Promise<void> {
  const patience = new AbortController();
  await Promise.race([follower.allExited(), session.clock.sleep(2000, patience.signal)]).finally(() =>
    patience.abort(new DOMException('all is said', 'AbortError')),
  );
}

/** The first Ctrl+C stops with each container's grace period, the second kills. */
async function stopProject(
  context: UpContext,
  session: CommandSession,
  { project }: UpRequest,
): Promise<void> {
  if (session.drain.aborted) {
    context.io.stderr.write('\nGracefully Stopping... press Ctrl+C again to force\n');
  }
  const { timeout } = context.options;
  const services = new Set(context.arguments.length === 0 ? [] : targetsOf(project, context.arguments));
  await stop(
    { ...session, drain: new AbortController().signal },
    {
      project,
      services,
      reason: 'the run was ended',
      ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
    },
  );
  if (session.abort.aborted) await killProject(session, project.name, services);
}

async function killProject(
  session: CommandSession,
  projectName: UpRequest['project']['name'],
  services: ReadonlySet<string>,
): Promise<void> {
  const { driver } = session;
  const never = new AbortController().signal;
  const { containers } = await driver.snapshot(
    { project: projectName, networks: [], volumes: [], images: [], only: 'containers' },
    never,
  );
  await Promise.all(
    containers
      .filter((container) => container.state === 'running' && container.labels[labels.oneOff] !== 'True')
      .filter((container) => services.size === 0 || services.has(container.labels[labels.service] ?? ''))
      .map((container) => driver.killContainer(container.id, 'SIGKILL', never)),
  );
}

/** What the first container that ends means for the run. */
class Ending {
  readonly aborted: Promise<void>;
  readonly #mode: AttachedMode;
  #abort: () => void = () => {};
  #aborted = false;
  #exitCode: number | undefined;

  constructor(mode: AttachedMode) {
    this.#mode = mode;
    this.aborted = new Promise((resolve) => {
      this.#abort = resolve;
    });
  }

  get isAborted(): boolean {
    return this.#aborted;
  }

  hear(news: NamedNews): void {
    if (news.kind !== 'exited' || news.restarting) return;
    const { abortOn, exitCodeFrom } = this.#mode;
    if (exitCodeFrom === news.service) this.#exitCode = news.exitCode;
    if (this.#aborted || abortOn === 'nothing' || (abortOn === 'failure' && news.exitCode === 0)) return;
    this.#aborted = true;
    if (exitCodeFrom === undefined) this.#exitCode = news.exitCode;
    this.#abort();
  }

  exitCode(): number | undefined {
    return this.#aborted || this.#mode.exitCodeFrom !== undefined ? this.#exitCode : undefined;
  }
}
