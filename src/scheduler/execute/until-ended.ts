import { FlotillaError } from '../../core/error.ts';
import type { ContainerId } from '../../core/ids.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import type { HandlerContext } from './options.ts';

/** Engines that leave out an event are asked again after this time. */
const fallbackPollMs = 2000;

/** Resolves with the exit code of a container that runs once. */
export async function untilEnded(
  { driver, clock, watcher: watch }: Pick<HandlerContext, 'driver' | 'clock' | 'watcher'>,
  container: ContainerId,
  signal: AbortSignal,
): Promise<number> {
  const watcher = await watch();
  for (;;) {
    const generation = watcher.generation(container);
    const details = await driver.inspectContainer(container, signal);
    if (details === undefined) {
      throw new FlotillaError('run.container-missing', 'the container of a hook was removed while it ran');
    }
    if (details.state === 'exited' || details.state === 'dead') return details.exitCode;
    const both = linkedAbort(signal);
    try {
      await Promise.race([
        watcher.changed(container, generation, both.signal),
        clock.sleep(fallbackPollMs, both.signal),
      ]);
    } finally {
      both.abort(new Error('the other one came first'));
    }
  }
}
