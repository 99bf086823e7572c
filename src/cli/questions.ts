import { createInterface } from 'node:readline/promises';
import { FlotillaError } from '../core/error.ts';
import type { Session } from '../scheduler/index.ts';
import type { Io } from './io.ts';

/**
 * Asks a person; undefined when there is none, so that the question becomes the run's error. While it asks, the
 * terminal gives Ctrl+C as a key and not as a signal, and like the end of input it ends the command.
 */
export function askOnTerminal(io: Io): Session['ask'] {
  if (!io.stdin.isTTY || !io.stderr.isTTY) return undefined;
  return async (question) => {
    const prompt = createInterface({ input: io.stdin.stream(), output: io.stderr.stream() });
    const left = new Promise<never>((_, reject) => {
      // Without an answer `question` would stay open for ever.
      prompt.once('close', () =>
        reject(
          new FlotillaError('run.cancelled', 'interrupted before the question was answered', {
            exitCode: 130,
          }),
        ),
      );
    });
    try {
      const answer = await Promise.race([prompt.question(`${question.message} [y/N] `), left]);
      return /^y(es)?$/i.test(answer.trim());
    } finally {
      prompt.close();
    }
  };
}
