import { suggest } from '../../core/suggest.ts';

/** The word that was probably meant. */
export type Speller = (typed: string, words: readonly string[]) => string | undefined;

/**
 * Looks up each word once, and gives up after so many different ones: a file with more of them is no Compose file, and
 * comparing all its words would take longer than everything else.
 */
export function createSpeller(most = 200): Speller {
  const found = new Map<string, string | undefined>();
  return (typed, words) => {
    const question = JSON.stringify([typed, words]);
    if (!found.has(question) && found.size < most) found.set(question, suggest(typed, words, 1)[0]);
    return found.get(question);
  };
}
