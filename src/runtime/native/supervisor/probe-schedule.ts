import type { Health } from '../../observed.ts';
import type { ContainerRecord } from '../containers/record.ts';

/** A health check as it is carried out; times in milliseconds, Docker's defaults filled in. */
export interface ProbePlan {
  readonly test: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startPeriodMs: number;
  readonly startIntervalMs: number;
  readonly retries: number;
}

/** Undefined when the container has no health check, or it is disabled. */
export function probePlanOf({ spec, image }: ContainerRecord): ProbePlan | undefined {
  const own = spec.healthcheck;
  if (own?.kind === 'disabled') return undefined;
  const inherited = image.config.healthcheck;
  const test = own?.test ?? inherited?.test ?? [];
  if (test.length === 0 || test[0] === 'NONE') return undefined;
  const ms = (key: 'interval' | 'timeout' | 'startPeriod' | 'startInterval', otherwise: number): number =>
    Math.max((own?.[key] || inherited?.[key] || otherwise * 1e6) / 1e6, 1);
  return {
    test,
    intervalMs: ms('interval', 30_000),
    timeoutMs: ms('timeout', 30_000),
    startPeriodMs: own?.startPeriod || inherited?.startPeriod ? ms('startPeriod', 0) : 0,
    startIntervalMs: ms('startInterval', 5000),
    retries: own?.retries || inherited?.retries || 3,
  };
}

/** What is known of a container's health between two probes. */
export interface Standing {
  readonly health: Health;
  /** Failures in a row that count. */
  readonly failures: number;
  /** How long the container had run when the last of them came. */
  readonly failedAtMs?: number;
}

export const unknownStanding: Standing = { health: 'starting', failures: 0 };

/**
 * Docker's rules, with one more: while it starts it is probed more often than once in an interval, and from its first
 * moment on, so failures that Docker would not have seen do not count. What gets ready in time on Docker does here.
 */
export function judge(
  plan: ProbePlan,
  standing: Standing,
  probe: { passed: boolean; ageMs: number },
): Standing {
  if (probe.passed) return { health: 'healthy', failures: 0 };
  const { failedAtMs } = standing;
  const counts = Math.max(
    plan.startPeriodMs,
    plan.intervalMs,
    failedAtMs === undefined ? 0 : failedAtMs + plan.intervalMs,
  );
  if (standing.health === 'starting' && probe.ageMs < counts) return standing;
  const failures = standing.failures + 1;
  return {
    health: failures >= plan.retries ? 'unhealthy' : standing.health,
    failures,
    failedAtMs: probe.ageMs,
  };
}

const firstPauseMs = 10;

/** How long to wait for the next probe: growing while it starts, at most as long as the file says. */
export function pauseAfter(plan: ProbePlan, standing: Standing, probes: number, ageMs: number): number {
  if (standing.health !== 'starting') return plan.intervalMs;
  const growing = firstPauseMs * 2 ** Math.min(probes - 1, 20);
  const longest =
    ageMs < plan.startPeriodMs ? Math.min(plan.startIntervalMs, plan.intervalMs) : plan.intervalMs;
  return Math.min(growing, longest);
}
