import { randomBytes } from 'node:crypto';
import { engineNameRule, isEngineName } from '../../core/engine-name.ts';
import { FlotillaError } from '../../core/error.ts';
import { type ContainerId, serviceName } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import type { InputSession } from '../../runtime/index.ts';
import { type OneOff, type Operation, type UpRequest, up } from '../../scheduler/index.ts';
import { chosenDetachKeys } from '../chosen-detach-keys.ts';
import type { CommandContext } from '../command.ts';
import type { runOptions } from '../commands/run.ts';
import { OutputClosed } from '../io.ts';
import type { CommandProject } from '../load.ts';
import { type CommandSession, exitCodeOf, withSession } from '../session.ts';
import { wantsTerminal } from '../terminal.ts';
import { attach, exitCodeFrom, leftRunning, onImpatience, type Talk, talkTo } from './attached.ts';
import { loadForRun, plainPolicy, runOptions as sessionOptions, showUpPlan } from './converge.ts';
import { runOverlay } from './run-overlay.ts';
import { policyOf } from './up-policy.ts';

type RunContext = CommandContext<typeof runOptions>;

/** Exits with the code of what was run. */
export async function run(context: RunContext): Promise<number> {
  const { options, io } = context;
  const [service = '', ...command] = context.arguments;
  if (options.servicePorts && options.publish.length > 0) {
    throw new FlotillaError('cli.usage', '--service-ports and --publish are incompatible');
  }
  if (options.tty !== undefined && options.noTty !== undefined) {
    throw new FlotillaError('cli.usage', "--tty and --no-TTY can't be used together");
  }
  if (options.name !== undefined && !isEngineName(options.name)) {
    throw new FlotillaError('cli.usage', `--name: ${quote(options.name)} cannot be the name of a container`, {
      hint: engineNameRule,
    });
  }
  const tty = wantsTerminal({ ...options, noTty: options.noTty ?? not(options.tty) }, io);
  const detachKeys = tty && options.interactive ? await chosenDetachKeys(io) : undefined;
  const overlay = runOverlay({ service, command, options, cwd: io.cwd, tty });
  const selection = { services: [service], noDeps: options.noDeps, scale: [], pull: options.pull, overlay };
  const loaded = await loadForRun(context, selection, options);
  refuseProvider(loaded, service);
  const oneOff = oneOffOf(context, loaded, service);
  const request: UpRequest = {
    project: loaded.project,
    locate: loaded.locate,
    policy: {
      ...policyOf(
        {
          io,
          options: { ...plainPolicy, build: options.build, removeOrphans: options.removeOrphans },
          arguments: [service],
        },
        loaded.project,
      ),
      oneOff,
    },
  };
  if (context.global.dryRun) return showUpPlan(context, request, options.yes);
  const quiet = { ...context, global: { ...context.global, progress: 'quiet' as const } };
  return withSession(
    options.quiet ? quiet : context,
    sessionOptions(io, loaded.project, options),
    (session) =>
      options.detach
        ? runDetached(context, session, request)
        : runAttached(context, session, request, { tty, detachKeys }),
  );
}

/** With a number of 64 hexadecimal digits, of which the name has twelve. */
function oneOffOf({ options }: RunContext, { project }: CommandProject, service: string): OneOff {
  const slug = randomBytes(32).toString('hex');
  const { separator = '-' } = project;
  return {
    service: serviceName(service),
    name: options.name ?? [project.name, service, 'run', slug.slice(0, 12)].join(separator),
    slug,
    aliases: options.useAliases,
    autoRemove: options.rm,
  };
}

function refuseProvider({ project }: CommandProject, service: string): void {
  const provider = project.services.get(serviceName(service))?.provider;
  if (provider === undefined) return;
  throw new FlotillaError(
    'cli.usage',
    `service "${service}" is run by the provider ${quote(provider.type)}, and not in a container`,
    { hint: `\`flotilla up -d ${service}\` has it run.` },
  );
}

async function runDetached({ io }: RunContext, session: CommandSession, request: UpRequest): Promise<number> {
  const once = watchOnce(request);
  const operation = await up(session, {
    ...request,
    beforeStart: async (container) => void once.note(container),
  });
  const exitCode = exitCodeOf(operation, session.interrupts);
  if (exitCode === 0) io.stdout.write(`${once.id() ?? once.name}\n`);
  else await removeUseless(session, request, once, operation);
  return exitCode;
}

async function runAttached(
  context: RunContext,
  session: CommandSession,
  request: UpRequest,
  { tty, detachKeys }: Pick<Talk, 'tty' | 'detachKeys'>,
): Promise<number> {
  const { driver } = session;
  const input = context.options.interactive;
  const once = watchOnce(request);
  // Ends what is listened to, not the container.
  const over = new AbortController();
  const events = await driver.events({ project: request.project.name }, over.signal);
  let attached: InputSession | undefined;
  let talk: Promise<'ended' | 'left'> | undefined;
  const begin = (): void => {
    if (attached === undefined || talk !== undefined) return;
    const id = once.id();
    talk = talkTo(context, session, { streams: attached, tty, input, detachKeys, forwardTo: id });
    // Until it is awaited below.
    talk.catch(() => {});
  };
  onImpatience(session, () => {
    if (talk !== undefined) over.abort(leftRunning(once.name, request.policy?.oneOff?.service));
  });
  try {
    const operation = await up(
      {
        ...session,
        listeners: [
          ...session.listeners,
          (event) => {
            const isStart = event.type === 'step.settled' && event.step === `container.start:${once.name}`;
            if (isStart && event.outcome === 'done') begin();
          },
        ],
      },
      {
        ...request,
        beforeStart: async (container) => {
          if (!once.note(container)) return;
          attached = await attach(driver, container.id, { input, detachKeys }, over.signal);
        },
      },
    );
    if (!hasStarted(operation, once.name)) {
      await removeUseless(session, request, once, operation);
      return exitCodeOf(operation, session.interrupts);
    }
    if (operation.result.outcome === 'failed') return 1;
    if ((await talk) === 'left') return 0;
    const exitCode = await exitCodeFrom(events, once.id());
    // The engine does it, too; whoever comes next finds it done.
    await removeUseless(session, request, once, operation);
    return exitCode;
  } catch (error) {
    if (isOutputLost(error)) await endUnheard(session, request, once);
    throw error;
  } finally {
    over.abort(new DOMException('the command is over', 'AbortError'));
    // The terminal is as it was before anything else is written.
    await talk?.catch(() => {});
  }
}

/** Its reader has gone, or what it goes to is full. */
function isOutputLost(error: unknown): boolean {
  return error instanceof OutputClosed || (error instanceof FlotillaError && error.code === 'cli.output');
}

/**
 * What is to be removed at its end is for the sake of its output: without a reader, it would fill the disk with a log that
 * nobody can find. Whoever is tired of waiting for its grace period has it killed.
 */
async function endUnheard(
  { driver, drain }: CommandSession,
  { policy }: UpRequest,
  once: Once,
): Promise<void> {
  const id = once.id();
  if (policy?.oneOff?.autoRemove !== true || id === undefined) return;
  await driver.stopContainer(id, {}, drain).catch(() => {});
  // The engine may have done it already.
  await driver.removeContainer(id, { force: true, volumes: true });
}

/** The one container of the run that this is about. */
interface Once {
  readonly name: string;
  readonly id: () => ContainerId | undefined;
  /** Whether it is this container. */
  readonly note: (container: { readonly id: ContainerId; readonly name: string }) => boolean;
}

function watchOnce({ policy }: UpRequest): Once {
  const name = policy?.oneOff?.name ?? '';
  let id: ContainerId | undefined;
  return {
    name,
    id: () => id,
    note: (container) => {
      if (container.name !== name) return false;
      id = container.id;
      return true;
    },
  };
}

function hasStarted({ result }: Operation, name: string): boolean {
  return result.steps.some(
    ({ step, outcome }) => step.id === `container.start:${name}` && outcome === 'done',
  );
}

/** What never ran is of no use to anybody; what did, goes when that was asked for. */
async function removeUseless(
  { driver }: CommandSession,
  { policy }: UpRequest,
  { name }: Once,
  operation: Operation,
): Promise<void> {
  if (hasStarted(operation, name) && policy?.oneOff?.autoRemove !== true) return;
  const id = operation.result.steps.find(({ step }) => step.id === `container.create:${name}`)?.made;
  if (id !== undefined) await driver.removeContainer(id, { force: true, volumes: true });
}

function not(flag: boolean | undefined): boolean | undefined {
  return flag === undefined ? undefined : !flag;
}
