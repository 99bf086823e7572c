import { FlotillaError } from '../../core/error.ts';
import type { ContainerId } from '../../core/ids.ts';
import { fallbackPollMs, nextChange } from './next-change.ts';
import type { HandlerContext } from './options.ts';

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
    await nextChange({ clock, watcher }, { container, generation, atMostMs: fallbackPollMs }, signal);
  }
}
