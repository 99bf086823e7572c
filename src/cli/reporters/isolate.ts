import { messageOf } from '../../core/error.ts';
import { stripControl } from '../../core/text.ts';
import { type Output, OutputClosed } from '../io.ts';
import type { Reporter } from './reporter.ts';

/**
 * Keeps a reporter's failures away from the run that it watches: the first one is named on the output, and nothing
 * more is asked of it. A closed output is no failure; then there is only nobody left to tell.
 */
export function isolate(reporter: Reporter, name: string, output: Output): Reporter {
  let dropped = false;
  const drop = (thrown: unknown): void => {
    dropped = true;
    if (thrown instanceof OutputClosed) return;
    try {
      output.write(
        `warning: the ${name} progress display failed and is left out from here on: ${stripControl(messageOf(thrown))}\n`,
      );
    } catch {
      // The output failed as well: there is no way left to say it.
    }
  };
  const guard = (act: () => void): void => {
    if (dropped) return;
    try {
      act();
    } catch (thrown) {
      drop(thrown);
    }
  };
  return {
    event: (event) => guard(() => reporter.event(event)),
    makeRoom: () => guard(() => reporter.makeRoom()),
    async close() {
      // Also a dropped reporter may hold a timer.
      try {
        await reporter.close();
      } catch (thrown) {
        if (!dropped) drop(thrown);
      }
    },
  };
}
