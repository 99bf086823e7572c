import { nodeFiles, type Project } from '../compose/index.ts';
import { FlotillaError } from '../core/error.ts';
import { quote } from '../core/text.ts';
import { connect, type ProjectLock, registryCredentials, systemClock } from '../runtime/index.ts';
import type { Operation, RunEvent, Session, StepKind } from '../scheduler/index.ts';
import type { CommandContext } from './command.ts';
import { type Interrupts, listenForInterrupts } from './interrupts.ts';
import type { Io } from './io.ts';
import { lanesOf } from './parallel.ts';
import {
  chooseReporterMode,
  createReporter,
  everyInterval,
  type Reporter,
  type ReporterMode,
} from './reporters/index.ts';
import { wantsColour } from './style.ts';

type Context = Pick<CommandContext, 'global' | 'io'>;

export interface CommandSession extends Session {
  readonly interrupts: Interrupts;
  /** Takes a live view off the screen before somebody else writes lines. */
  readonly makeRoom: () => void;
}

export interface SessionOptions {
  readonly ask?: Session['ask'];
  /** False for commands that carry no plan out. */
  readonly reports: boolean;
  /** Steps of which only the beginning and the end are shown. */
  readonly quiet?: ReadonlySet<StepKind>;
  /** The project's: what its `.env` file says counts too. */
  readonly variables?: ReadonlyMap<string, string>;
}

/**
 * Connects to the engine, reports runs to standard error and listens for Ctrl+C while `use` is at work; all of it is
 * taken back afterwards, whatever happens.
 */
export async function withSession<Result>(
  context: Context,
  options: SessionOptions,
  use: (session: CommandSession) => Promise<Result>,
): Promise<Result> {
  const { global, io } = context;
  const variable = 'COMPOSE_PARALLEL_LIMIT';
  const lanes = lanesOf(global.parallel, options.variables?.get(variable) ?? io.environment[variable]);
  const interrupts = listenForInterrupts(io);
  let reporter: Reporter | undefined;
  try {
    const driver = await connect(
      {
        environment: io.environment,
        home: io.home,
        files: nodeFiles(),
        now: systemClock.now,
        supervisor: io.supervisor,
        insecureRegistries: global.insecureRegistry,
        ...(global.runtime === undefined ? {} : { runtime: global.runtime }),
        ...(global.host === undefined ? {} : { host: global.host }),
        ...(global.context === undefined ? {} : { context: global.context }),
      },
      interrupts.drain,
    );
    try {
      const mode = options.reports ? reporterMode(context) : undefined;
      const shown = mode === undefined ? undefined : await openReporter(mode, context);
      reporter = shown;
      return await use({
        driver,
        clock: systemClock,
        listeners: shown === undefined ? [] : [withoutProgress(options.quiet, (event) => shown.event(event))],
        drain: interrupts.drain,
        abort: interrupts.abort,
        interrupts,
        makeRoom: () => shown?.makeRoom(),
        credentialsFor: registryCredentials({
          environment: io.environment,
          home: io.home,
          files: nodeFiles(),
        }),
        ...(mode === undefined ? {} : { lock: await lockFor(io, mode) }),
        ...(lanes === undefined ? {} : { lanes }),
        ...(options.ask === undefined ? {} : { ask: options.ask }),
      });
    } finally {
      await reporter?.close();
      await driver.close();
    }
  } catch (error) {
    const exitCode = interrupts.exitCode();
    if (exitCode !== undefined && (error === interrupts.drain.reason || error === interrupts.abort.reason)) {
      throw new FlotillaError('run.cancelled', 'interrupted', { exitCode });
    }
    throw error;
  } finally {
    interrupts.dispose();
  }
}

/** Keeps what steps of these kinds say on their way from the listener. */
function withoutProgress(
  quiet: ReadonlySet<StepKind> = new Set(),
  listener: (event: RunEvent) => void,
): (event: RunEvent) => void {
  if (quiet.size === 0) return listener;
  return (event) => {
    const kind = event.type === 'step.progress' ? event.step.slice(0, event.step.indexOf(':')) : '';
    if (!quiet.has(kind as StepKind)) listener(event);
  };
}

/** The part of the options that a project decides. */
export function variablesOf(project: Project | undefined): Pick<SessionOptions, 'variables'> {
  return project === undefined ? {} : { variables: project.environment };
}

/** What the command exits with after a run; the reporter has told already what went wrong. */
export function exitCodeOf({ result }: Operation, interrupts: Interrupts): number {
  const interrupted = interrupts.exitCode();
  if (interrupted !== undefined) return interrupted;
  switch (result.outcome) {
    case 'done':
      return 0;
    case 'cancelled':
      return 130;
    case 'failed':
      return 1;
  }
}

const modes: readonly (ReporterMode | 'auto')[] = ['auto', 'tty', 'plain', 'json', 'quiet'];

/** Throws a FlotillaError for a variable that names no mode. */
export function reporterMode({ global, io }: Context): ReporterMode {
  return chooseReporterMode({
    progress: global.progress ?? progressFromEnvironment(io.environment['COMPOSE_PROGRESS']),
    ansi: global.noAnsi ? 'never' : global.ansi,
    isTTY: io.stderr.isTTY,
    terminal: io.environment['TERM'],
  });
}

async function lockFor(io: Io, mode: ReporterMode): Promise<ProjectLock> {
  const { lockOf } = await import('./project-lock.ts');
  return lockOf(io, mode === 'json' || mode === 'quiet' ? undefined : (line) => io.stderr.write(line));
}

function openReporter(mode: ReporterMode, { global, io }: Context): Promise<Reporter> {
  return createReporter(mode, {
    output: io.stderr,
    color: wantsColour(io.stderr, io, global),
    now: systemClock.now,
    every: everyInterval,
  });
}

function progressFromEnvironment(value: string | undefined): ReporterMode | 'auto' | undefined {
  if (value === undefined || value === '') return undefined;
  const mode = modes.find((each) => each === value);
  if (mode !== undefined) return mode;
  throw new FlotillaError('cli.usage', `unsupported COMPOSE_PROGRESS value ${quote(value)}`, {
    hint: `It is one of ${modes.join(', ')}.`,
  });
}
