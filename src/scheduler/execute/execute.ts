import type { ErrorCode } from '../../core/codes.ts';
import { placed } from '../../core/diagnostic.ts';
import { FlotillaError, messageOf } from '../../core/error.ts';
import type { ContainerId, ServiceName, StepId } from '../../core/ids.ts';
import { type LinkedAbort, linkedAbort } from '../../core/linked-abort.ts';
import { type EngineNote, prepareModel, runProvider } from '../../runtime/index.ts';
import { carriedFiles, injectedFiles } from '../desired/index.ts';
import { type Outcome, type RunObserver, runGraph } from '../engine/index.ts';
import type { EventError, StepOutcome } from '../events.ts';
import type { Step, StepInputs, StepKind } from '../plan/index.ts';
import { drainNotice, isFinished } from './drain-notice.ts';
import { createEventBus, type EventBus } from './event-bus.ts';
import type { HandlerCall } from './handler-call.ts';
import { type Handler, handlers } from './handlers.ts';
import type { ExecuteOptions, HandlerContext, Lanes, RunResult, SettledStep } from './options.ts';
import { runContainerOf } from './run-container.ts';
import { type ContainerWatcher, watchContainers } from './watcher.ts';

/**
 * Measured on Docker Engine 20.10: more parallel calls than this never made a stack start faster, and fewer than
 * eight made it slower.
 */
const defaultLanes: Lanes = { pull: 4, build: 4, engine: 64 };

/** Carries a plan out, deciding nothing; never rejects for what the world does. */
export async function execute(options: ExecuteOptions): Promise<RunResult> {
  const { plan, clock } = options;
  const bus = createEventBus(clock, options.listeners);
  const started = clock.now();
  bus.emit({
    type: 'run.started',
    version: 1,
    command: plan.command,
    project: plan.project,
    steps: plan.steps.map(({ id, kind, resource, reason }) => ({ id, kind, resource, reason })),
    unchanged: plan.unchanged,
  });
  for (const diagnostic of plan.diagnostics) {
    bus.emit({
      type: 'notice',
      level: 'warning',
      message: diagnostic.message,
      code: diagnostic.code,
      ...(diagnostic.hint === undefined ? {} : { hint: diagnostic.hint }),
    });
  }
  const run = new PlanRun(options, bus);
  const outcomes = await run.finish();
  const result = summarize(options, outcomes, run);
  bus.emit({
    type: 'run.settled',
    outcome: result.outcome,
    durationMs: clock.now() - started,
    errors: result.errors,
  });
  return result;
}

type StepResult = string | undefined;
type StepTimes = Pick<SettledStep, 'startedAt' | 'endedAt'>;
type Outcomes = ReadonlyMap<StepId, Outcome<StepResult, StepId>>;

class PlanRun {
  readonly #options: ExecuteOptions;
  readonly #bus: EventBus;
  readonly made = new Map<StepId, ContainerId>();
  /** When each step that began did so, and when it ended; milliseconds since the epoch. */
  readonly times = new Map<StepId, StepTimes>();
  readonly #running = new Set<Step>();
  /** What people have been told already. */
  readonly #noted = new Set<string>();
  /** Aborts the steps that only wait, once nothing more may start. */
  readonly #giveUp: LinkedAbort;
  #watcher: Promise<ContainerWatcher> | undefined;

  constructor(options: ExecuteOptions, bus: EventBus) {
    this.#options = options;
    this.#bus = bus;
    this.#giveUp = linkedAbort(options.drain);
  }

  async finish(): Promise<Outcomes> {
    const { plan, drain, abort, clock } = this.#options;
    const lanes = { ...defaultLanes, ...this.#options.lanes };
    const onDrain = (): void => {
      const notice = this.#options.saysDrain === false ? undefined : drainNotice(this.#running);
      if (notice !== undefined) this.#bus.emit(notice);
    };
    drain.addEventListener('abort', onDrain, { once: true });
    try {
      // Subscribed before anything starts: no event of this run can be missed.
      if (plan.steps.some((step) => step.kind === 'container.wait' || step.kind === 'hook.run')) {
        await this.#watch().catch(() => {});
      }
      return await runGraph<Step & { readonly lane?: string }, StepResult>({
        nodes: plan.steps.map((step) => ({ ...step, ...laneOf(step) })),
        lanes: { pull: lanes.pull, build: lanes.build, engine: lanes.engine },
        execute: (step, signal) => this.#execute(step, signal),
        observer: this.#observer(),
        drain,
        abort,
        failFast: true,
        retry: {
          attempts: 3,
          delayMs: (attempt) => 250 * 4 ** (attempt - 1),
          sleep: (ms, signal) => clock.sleep(ms, signal),
        },
      });
    } finally {
      drain.removeEventListener('abort', onDrain);
      this.#giveUp.dispose();
      const watcher = await this.#watcher?.catch(() => undefined);
      await watcher?.[Symbol.asyncDispose]();
    }
  }

  #execute(step: Step, signal: AbortSignal): Promise<StepResult> {
    return isFinished(step) ? this.#call(step, signal) : this.#executeAbandonable(step, signal);
  }

  /** Waiting for something that will not be used is given up as soon as nothing more may start. */
  async #executeAbandonable(step: Step, signal: AbortSignal): Promise<StepResult> {
    // A hook, which may be a migration, is not cut off because something else failed.
    const isHook = step.kind === 'hook.run' || step.kind === 'hook.exec';
    const over = isHook ? this.#options.drain : this.#giveUp.signal;
    const either = linkedAbort(signal, over);
    try {
      return await this.#call(step, either.signal);
    } catch (error) {
      if (over.aborted && !signal.aborted) throw new AbandonedError();
      throw error;
    } finally {
      either.dispose();
    }
  }

  async #call(step: Step, signal: AbortSignal): Promise<StepResult> {
    try {
      return await this.#handle(step, signal);
    } catch (error) {
      const { project, locate } = this.#options;
      if (!(error instanceof FlotillaError) || project === undefined || locate === undefined) throw error;
      const { blame } = await import('./blame/index.ts');
      throw blame(error, step, { project, locate });
    }
  }

  #handle<Kind extends StepKind>(
    step: Step & { readonly kind: Kind },
    signal: AbortSignal,
  ): Promise<StepResult> {
    const handler = handlers[step.kind] as Handler<Kind>;
    const call: HandlerCall = {
      context: this.#context(),
      signal,
      progress: ({ current, total, text }) =>
        this.#bus.emit({ type: 'step.progress', step: step.id, text, current, total }),
      say: (text) => this.#bus.emit({ type: 'step.progress', step: step.id, text }),
      made: (id) => this.made.set(step.id, id),
      note: (service, note) => this.#note(service, note),
    };
    return handler(step.input as StepInputs[Kind], call);
  }

  #note(service: ServiceName, note: EngineNote & { readonly code?: ErrorCode }): void {
    const { path, message, code = 'engine.capability' } = note;
    if (this.#noted.has(message)) return;
    this.#noted.add(message);
    const found = this.#options.locate?.(['services', service, ...path]);
    const { at } = placed(found);
    this.#bus.emit({
      type: 'notice',
      level: 'warning',
      message,
      code,
      ...(at === undefined ? {} : { at }),
    });
  }

  #context(): HandlerContext {
    const { driver, clock, project, contents, credentialsFor, beforeStart, hookOutput } = this.#options;
    return {
      driver,
      clock,
      project,
      made: this.made,
      containerOf: (service) => runContainerOf(this.#options.plan, this.made, service),
      credentialsFor: credentialsFor ?? (async () => undefined),
      beforeStart: beforeStart ?? (async () => {}),
      hookOutput: hookOutput ?? (async () => {}),
      runProvider: this.#options.runProvider ?? runProvider,
      provided: this.#options.provided ?? (() => {}),
      prepareModel: this.#options.prepareModel ?? prepareModel,
      modelReady: this.#options.modelReady ?? (() => {}),
      filesOf: (name) => {
        const service = project?.services.get(name);
        return project === undefined || service === undefined
          ? []
          : injectedFiles(project, service, contents);
      },
      carriedFilesOf: (name) => {
        const service = project?.services.get(name);
        return project === undefined || service === undefined ? [] : carriedFiles(project, service, contents);
      },
      fastReady: this.#options.fastReady ?? false,
      watcher: () => this.#watch(),
    };
  }

  #watch(): Promise<ContainerWatcher> {
    this.#watcher ??= watchContainers(this.#options.driver, this.#options.plan.project);
    return this.#watcher;
  }

  #observer(): RunObserver<Step, StepResult> {
    const { clock } = this.#options;
    return {
      started: (step) => {
        this.times.set(step.id, { startedAt: clock.now() });
        this.#running.add(step);
        this.#bus.emit({ type: 'step.started', step: step.id });
      },
      retrying: (step, error, attempt) =>
        this.#bus.emit({
          type: 'step.progress',
          step: step.id,
          text: `attempt ${attempt} failed (${messageOf(error)}), trying again`,
        }),
      settled: (step, outcome) => {
        this.#running.delete(step);
        if (outcome.kind === 'failed' && step.onFailure === 'stop' && !this.#giveUp.signal.aborted) {
          this.#giveUp.abort(outcome.error);
        }
        const startedAt = this.times.get(step.id)?.startedAt;
        if (startedAt === undefined) return;
        const endedAt = clock.now();
        this.times.set(step.id, { startedAt, endedAt });
        this.#bus.emit({
          type: 'step.settled',
          step: step.id,
          outcome: outcomeWord(outcome),
          durationMs: endedAt - startedAt,
          ...('error' in outcome && !(outcome.error instanceof AbandonedError)
            ? { error: eventError(outcome.error) }
            : {}),
          ...(outcome.kind === 'done' && outcome.value !== undefined ? { detail: outcome.value } : {}),
        });
      },
    };
  }
}

/** A wait or pull that was given up because the run is ending anyway. */
class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
}

function laneOf(step: Step): { readonly lane?: keyof Lanes } {
  switch (step.kind) {
    case 'container.wait':
    case 'hook.exec':
    case 'hook.run':
      return {};
    case 'image.pull':
    case 'image.push':
      return { lane: 'pull' };
    case 'image.build':
      return { lane: 'build' };
    default:
      return { lane: 'engine' };
  }
}

function outcomeWord(outcome: Outcome<StepResult, StepId>): StepOutcome {
  return 'error' in outcome && outcome.error instanceof AbandonedError ? 'cancelled' : outcome.kind;
}

function summarize(
  options: ExecuteOptions,
  outcomes: Outcomes,
  { times, made }: Pick<PlanRun, 'times' | 'made'>,
): RunResult {
  const steps: SettledStep[] = options.plan.steps.map((step) => {
    const outcome = outcomes.get(step.id);
    if (outcome === undefined) throw new Error(`bug in Flotilla: "${step.id}" has no outcome`);
    const id = made.get(step.id);
    const own = id === undefined ? {} : { made: id };
    return { step, outcome: outcomeWord(outcome), ...times.get(step.id), ...own };
  });
  const errors = [...outcomes.values()].flatMap((outcome) => (countsAsError(outcome) ? [outcome.error] : []));
  const interrupted = options.drain.aborted || options.abort.aborted;
  return {
    outcome: interrupted ? 'cancelled' : errors.length > 0 ? 'failed' : 'done',
    steps,
    errors: errors.map(eventError),
    ...(errors.length === 0 ? {} : { firstError: errors[0] }),
  };
}

/** A tolerated failure is none, unless it shows that the engine itself failed. */
function countsAsError(
  outcome: Outcome<StepResult, StepId>,
): outcome is Extract<Outcome<StepResult, StepId>, { readonly error: unknown }> {
  if (!('error' in outcome) || outcome.error instanceof AbandonedError) return false;
  if (outcome.kind === 'failed') return true;
  const { error } = outcome;
  return (
    !(error instanceof FlotillaError) ||
    error.code === 'run.hook' ||
    (error.code.startsWith('engine.') && error.code !== 'engine.conflict')
  );
}

function eventError(error: unknown): EventError {
  if (error instanceof FlotillaError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...placed(error.at),
      ...(error.evidence.length === 0 ? {} : { evidence: error.evidence }),
    };
  }
  return { code: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
