import { createInterface } from 'node:readline/promises';
import { FlotillaError } from '../core/error.ts';
import { stripControl } from '../core/text.ts';
import type { Session } from '../scheduler/index.ts';
import type { Io } from './io.ts';

/** Asks a person what a plan wants to know; undefined when there is none, so that the question becomes the run's error. */
export function askOnTerminal(io: Io): Session['ask'] {
  const ask = yesOrNo(io);
  return ask && ((question) => ask(question.message, false));
}

/**
 * Asks a person; undefined when there is none. `otherwise` is what an empty line means. While it asks, the terminal
 * gives Ctrl+C as a key and not as a signal, and like the end of input it ends the command.
 */
export function yesOrNo(io: Io): ((message: string, otherwise: boolean) => Promise<boolean>) | undefined {
  if (!io.stdin.isTTY || !io.stderr.isTTY) return undefined;
  return async (message, otherwise) => {
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
      const answer = await Promise.race([
        prompt.question(`${stripControl(message)} ${otherwise ? '[Y/n]' : '[y/N]'} `),
        left,
      ]);
      return answer.trim() === '' ? otherwise : /^y(es)?$/i.test(answer.trim());
    } finally {
      prompt.close();
    }
  };
}
