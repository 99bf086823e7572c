import type { Clock } from '../../core/clock.ts';
import type { ErrorCode } from '../../core/codes.ts';
import { FlotillaError } from '../../core/error.ts';
import type { ContainerId } from '../../core/ids.ts';
import type { ContainerDetails, Driver, ProbeSpec } from '../../runtime/index.ts';
import type { StepInputs, WaitCondition } from '../plan/index.ts';
import type { FastProbe } from './fast-probe.ts';
import { fallbackPollMs, nextChange } from './next-change.ts';
import { createSettling, type Settling } from './settling.ts';
import type { ContainerWatcher } from './watcher.ts';

export interface ReadinessContext {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly watcher: ContainerWatcher;
  readonly fastReady: boolean;
}

/** Resolves with the state that was reached, in a word; rejects when it cannot be reached any more. */
export async function waitUntil(
  context: ReadinessContext,
  container: ContainerId,
  input: StepInputs['container.wait'],
  signal: AbortSignal,
): Promise<string> {
  const deadline = input.timeoutMs === undefined ? undefined : context.clock.now() + input.timeoutMs;
  const settling = createSettling(context.clock);
  let own: FastProbe | undefined;
  try {
    for (;;) {
      const generation = context.watcher.generation(container);
      const details = await context.driver.inspectContainer(container, signal);
      const verdict = judge(details, input, settling);
      if (verdict.kind === 'reached') return verdict.state;
      if (verdict.kind === 'failed') throw await withEvidence(context, verdict, input, details, signal);
      const left = deadline === undefined ? fallbackPollMs : deadline - context.clock.now();
      if (left <= 0) {
        throw await withEvidence(context, timeoutFailure(input, details), input, details, signal);
      }
      if (context.fastReady && isProbed(details, input)) {
        const { startFastProbe } = await import('./fast-probe.ts');
        own ??= startFastProbe(context, container, details.probe, signal);
      }
      const atMostMs = Math.min(left, verdict.lookAgainMs ?? fallbackPollMs);
      await nextChange(context, { container, generation, atMostMs, sooner: own?.healthy }, signal);
      if (own?.isHealthy() === true) return 'healthy';
    }
  } finally {
    own?.stop();
  }
}

/** Whether running its health check ourselves can bring the end of the wait forward. */
function isProbed(
  details: ContainerDetails | undefined,
  { until }: StepInputs['container.wait'],
): details is ContainerDetails & { readonly probe: ProbeSpec } {
  return until !== 'completed' && details?.health === 'starting' && details.probe !== undefined;
}

type Verdict = { readonly kind: 'reached'; readonly state: string } | Pending | Failure;

interface Pending {
  readonly kind: 'pending';
  /** When time alone may decide, in milliseconds from now. */
  readonly lookAgainMs?: number;
}

interface Failure {
  readonly kind: 'failed';
  readonly code: ErrorCode;
  readonly message: string;
  /** Absent: what is known about the failure decides. */
  readonly hint?: string;
}

async function withEvidence(
  context: ReadinessContext,
  { code, message, hint }: Failure,
  input: StepInputs['container.wait'],
  details: ContainerDetails | undefined,
  signal: AbortSignal,
): Promise<FlotillaError> {
  const { evidenceOf, lastWords } = await import('./evidence.ts');
  const { hintFrom } = await import('./evidence-hint.ts');
  const words = details === undefined ? [] : await lastWords(context, input, details, signal);
  const known = details && withMemory(details, context.watcher);
  const evidence = evidenceOf(input, known, words);
  return new FlotillaError(code, message, {
    hint: hint ?? hintFrom(code, input.service, known, evidence),
    evidence,
  });
}

/** Docker Engine does not note it where it hears of it after the end, and tells it as an event all the same. */
function withMemory(details: ContainerDetails, watcher: ContainerWatcher): ContainerDetails {
  return { ...details, oomKilled: details.oomKilled || watcher.ranOutOfMemory(details.id) };
}

function judge(
  details: ContainerDetails | undefined,
  input: StepInputs['container.wait'],
  settling: Settling,
): Verdict {
  if (details === undefined) {
    return failed(input, 'run.container-missing', `container ${input.container.name} was removed`);
  }
  switch (input.until) {
    case 'completed':
      return judgeCompletion(details, input);
    case 'healthy':
    case 'ready':
      return judgeHealth(details, input, input.until, settling);
  }
}

function judgeCompletion(details: ContainerDetails, input: StepInputs['container.wait']): Verdict {
  if (!hasEnded(details)) return { kind: 'pending' };
  return details.exitCode === 0
    ? { kind: 'reached', state: 'exited (0)' }
    : failed(
        input,
        'run.exited',
        `service "${input.service}" didn't complete successfully: exit ${details.exitCode}`,
      );
}

function judgeHealth(
  details: ContainerDetails,
  input: StepInputs['container.wait'],
  until: Exclude<WaitCondition, 'completed'>,
  settling: Settling,
): Verdict {
  const name = `container ${input.container.name}`;
  if (hasEnded(details)) {
    if (until === 'ready' && isFinishedOneShot(details)) return { kind: 'reached', state: 'exited (0)' };
    return failed(input, 'run.exited', `${name} exited (${details.exitCode})`);
  }
  if (until === 'ready' && details.health === 'none') return judgeSettling(details, input, settling);
  if (details.state !== 'running') return { kind: 'pending' };
  switch (details.health) {
    case 'healthy':
      return { kind: 'reached', state: 'healthy' };
    case 'unhealthy':
      return failed(input, 'run.unhealthy', `${name} is unhealthy`);
    case 'starting':
      return { kind: 'pending' };
    case 'none':
      return failed(input, 'run.no-healthcheck', `${name} has no healthcheck configured`);
  }
}

/** What has no health check has to stay up. */
function judgeSettling(
  details: ContainerDetails,
  input: StepInputs['container.wait'],
  settling: Settling,
): Verdict {
  const { state, exitCode } = details;
  if (settling.isHopeless(details) && state === 'restarting') {
    return failed(
      input,
      'run.exited',
      `container ${input.container.name} exited (${exitCode}) again and again`,
    );
  }
  if (state !== 'running') return { kind: 'pending' };
  const leftMs = settling.leftMs(details);
  return leftMs > 0 ? { kind: 'pending', lookAgainMs: leftMs } : { kind: 'reached', state: 'running' };
}

function hasEnded(details: ContainerDetails): boolean {
  return details.state === 'exited' || details.state === 'dead';
}

/** It did what it had to do: nothing says that it should be running. */
function isFinishedOneShot(details: ContainerDetails): boolean {
  return details.exitCode === 0 && details.health === 'none' && details.restartCount === 0;
}

function failed(
  input: StepInputs['container.wait'],
  code: 'run.container-missing' | 'run.exited' | 'run.unhealthy' | 'run.no-healthcheck',
  message: string,
): Verdict {
  const text =
    input.asDependency && code !== 'run.container-missing' && !message.startsWith('service ')
      ? `dependency failed to start: ${message}`
      : message;
  return { kind: 'failed', code, message: text };
}

function timeoutFailure(input: StepInputs['container.wait'], details: ContainerDetails | undefined): Failure {
  const seconds = Math.round((input.timeoutMs ?? 0) / 100) / 10;
  const message = input.asDependency
    ? 'timeout waiting for dependencies'
    : `application not healthy after ${seconds}s`;
  return {
    kind: 'failed',
    code: 'run.wait-timeout',
    message: `${message}: ${input.container.name} is still ${stateText(input, details)}`,
    hint: `See all that it says with \`flotilla logs ${input.service}\`, or raise --wait-timeout.`,
  };
}

function stateText({ until }: StepInputs['container.wait'], details: ContainerDetails | undefined): string {
  if (details === undefined) return 'missing';
  if (details.state !== 'running') return details.state;
  if (details.health !== 'none') return details.health;
  if (until !== 'ready') return 'running';
  return details.restartCount > 0 ? 'restarting' : 'starting';
}
