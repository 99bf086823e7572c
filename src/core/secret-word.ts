import { isSecretName } from './secret-name.ts';

/**
 * Where the secret begins in a word of a command line: behind the sign of `--password=x` and `TOKEN=x`, at 0 in the word
 * behind `--password`. Undefined when its name does not say that it has one.
 */
export function secretStart(words: readonly unknown[], index: number): number | undefined {
  const word = words[index];
  if (typeof word !== 'string' || word === '') return undefined;
  const pair = /^(-{0,2}([A-Za-z_][\w.-]*)=)[\s\S]/.exec(word);
  if (pair !== null) return isSecretName(pair[2] ?? '') ? (pair[1] ?? '').length : undefined;
  const before = words[index - 1];
  const option = typeof before === 'string' ? /^--?([A-Za-z][\w.-]*)$/.exec(before)?.[1] : undefined;
  return option !== undefined && isSecretName(option) && !word.startsWith('-') ? 0 : undefined;
}

/** Lists that are commands. */
export const commandKeys: ReadonlySet<string> = new Set(['command', 'entrypoint', 'test']);
