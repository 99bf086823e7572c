import { camelCase, defaultValues, findOption, type OptionTable, type OptionValue } from './option.ts';
import type { ParsedOptions } from './parsed-options.ts';

/**
 * Reads what most people type: `up -d web`, `-f dev.yaml -p shop config`. Undefined when there is anything in the words
 * that takes the parser (program.ts), which finds the same in these and is not loaded for them.
 */
export function readPlainWords(words: readonly string[], options: OptionTable): ParsedOptions | undefined {
  const values: Record<string, OptionValue> = { ...defaultValues(options) };
  const given = new Set<string>();
  const operands: string[] = [];
  const rest = words.values();
  for (const word of rest) {
    if (!word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const found = /^(-[A-Za-z]|--[\w-]+)$/.test(word) ? findOption(options, word) : undefined;
    if (found === undefined) return undefined;
    const { name, option } = found;
    const key = camelCase(name);
    if (option.kind === 'flag') {
      values[key] = true;
    } else {
      const { value, done } = rest.next();
      if (done === true || option.kind === 'integer' || 'choices' in option) return undefined;
      values[key] = option.kind === 'list' ? [...(values[key] as readonly string[]), value] : value;
    }
    given.add(key);
  }
  return { values, given, operands, help: false };
}
