import { RefusedError } from '../failure.ts';
import { pause } from '../pause.ts';

const lookAgainMs = 100;

/**
 * Makes a call of which some engines run but one at a time, whoever asks, and refuse the second (moby 20.10: "a disk usage
 * operation is already running"): waits until the other one is done. Its end is not announced.
 */
export async function inTurn<Reply>(
  call: () => Promise<Reply>,
  signal: AbortSignal | undefined,
): Promise<Reply> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof RefusedError && /operation is already running/.test(error.reply))) throw error;
    }
    await pause(lookAgainMs, signal);
  }
}
