import { findOption, type OptionTable } from './option.ts';

/** The command line cut at the command's name; `word` is absent when there is none. */
export interface SplitArgv {
  readonly head: readonly string[];
  readonly word: string | undefined;
  readonly tail: readonly string[];
}

/** Finds the command's name: the first word that is neither a global option nor the value of one. */
export function splitArgv(argv: readonly string[], options: OptionTable): SplitArgv {
  let index = 0;
  while (index < argv.length) {
    const word = argv[index] ?? '';
    if (word === '--')
      return { head: argv.slice(0, index), word: argv[index + 1], tail: argv.slice(index + 2) };
    if (!word.startsWith('-') || word === '-') {
      return { head: argv.slice(0, index), word, tail: argv.slice(index + 1) };
    }
    index += takesNextWord(word, options) ? 2 : 1;
  }
  return { head: argv, word: undefined, tail: [] };
}

function takesNextWord(word: string, options: OptionTable): boolean {
  if (word.includes('=')) return false;
  const last = word.startsWith('--') ? word : firstWithValue(word, options);
  const found = last === undefined ? undefined : findOption(options, last);
  return found !== undefined && found.option.kind !== 'flag';
}

/** In `-vf`, `f` takes the next word; in `-ffile`, the first `f` has its value already. */
function firstWithValue(word: string, options: OptionTable): string | undefined {
  for (let at = 1; at < word.length; at += 1) {
    const option = findOption(options, `-${word[at]}`)?.option;
    if (option !== undefined && option.kind !== 'flag')
      return at === word.length - 1 ? `-${word[at]}` : undefined;
  }
  return undefined;
}
