import type { Clock } from '../../core/clock.ts';
import type { ContainerId } from '../../core/ids.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import type { Driver, ProbeSpec } from '../../runtime/index.ts';

/** The first pause; each one is half as long again as the one before. */
const firstPauseMs = 50;
/** A probe is a process in the container: even the most impatient does not run it more often. */
const longestPauseMs = 1000;

export interface FastProbe {
  /** Resolves when the probe has succeeded; never when it does not. */
  readonly healthy: Promise<void>;
  isHealthy(): boolean;
  stop(): void;
}

/**
 * Runs a container's own health check beside the engine, which begins only after an interval. Its failures count
 * for nothing: whether the container is unhealthy is the engine's to say.
 */
export function startFastProbe(
  { driver, clock }: { readonly driver: Driver; readonly clock: Clock },
  container: ContainerId,
  probe: ProbeSpec,
  signal: AbortSignal,
): FastProbe {
  const ending = linkedAbort(signal);
  let isHealthy = false;
  const healthy = new Promise<void>((resolve) => {
    const loop = async (): Promise<void> => {
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
        if (await succeeds(driver, container, probe, ending.signal)) break;
        await clock.sleep(pauseMs, ending.signal);
      }
      isHealthy = true;
      resolve();
    };
    loop().catch(() => {});
  });
  return { healthy, isHealthy: () => isHealthy, stop: () => ending.abort(new Error('no longer needed')) };
}

async function succeeds(
  driver: Driver,
  container: ContainerId,
  { command }: ProbeSpec,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const session = await driver.exec(
      container,
      { command, environment: [], privileged: false, tty: false, stdin: false, detach: false },
      signal,
    );
    for await (const _chunk of session.output);
    return (await session.exitCode()) === 0;
  } catch {
    signal.throwIfAborted();
    // Not running yet or any more, or no such program: the engine's own verdict will come.
    return false;
  }
}
