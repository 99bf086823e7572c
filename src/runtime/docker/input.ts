import type { Duplex } from 'node:stream';
import type { TerminalSize } from '../driver.ts';
import type { EngineClient } from './client.ts';
import { isRefused } from './failure.ts';
import { pause } from './pause.ts';

/** Input for a process that has ended goes nowhere, as in a shell's pipe. */
export function writeInput(socket: Duplex, data: Uint8Array): Promise<void> {
  if (socket.destroyed || socket.writableEnded) return Promise.resolve();
  return new Promise((resolve) => socket.write(data, () => resolve()));
}

/**
 * Of the terminal of a container or a command (`/containers/ID`, `/exec/ID`). A process that has not started its
 * terminal yet is asked again; one that has ended needs no size.
 */
export async function resize(
  client: EngineClient,
  path: string,
  size: TerminalSize,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    try {
      await client.send(
        {
          method: 'POST',
          path: `${path}/resize`,
          query: { h: size.rows, w: size.columns },
          task: 'resize a terminal',
        },
        signal,
      );
      return;
    } catch (error) {
      if (!isRefused(error, 400, 404, 409, 500)) throw error;
      await pause(attempt * 10, signal);
    }
  }
}
