import { createInterface } from 'node:readline/promises';
import type { Session } from '../scheduler/index.ts';
import type { Io } from './io.ts';

/** Asks a person; undefined when there is none, so that the question becomes the run's error. */
export function askOnTerminal(io: Io): Session['ask'] {
  if (!io.stdin.isTTY || !io.stderr.isTTY) return undefined;
  return async (question) => {
    const prompt = createInterface({ input: io.stdin.stream(), output: io.stderr.stream() });
    try {
      return /^y(es)?$/i.test((await prompt.question(`${question.message} [y/N] `)).trim());
    } finally {
      prompt.close();
    }
  };
}
