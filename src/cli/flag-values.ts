import { FlotillaError } from '../core/error.ts';
import { quote } from '../core/text.ts';
import { findOption, type OptionTable } from './option.ts';

/**
 * Docker's tools take `--quiet=false` and `-n=5`, which commander does not know. This rewrites such words into what
 * commander does know: a true flag stays as `--quiet`, a false one leaves the line and is named in `switchedOff`.
 */
export function takeFlagValues(
  words: readonly string[],
  options: OptionTable,
  passThrough: boolean,
): FlagValues {
  const kept: string[] = [];
  const switchedOff = new Set<string>();
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? '';
    index += 1;
    if (word === '--' || (passThrough && !isOption(word))) {
      kept.push(word, ...words.slice(index));
      break;
    }
    const [spelling, value] = cutAtEquals(word);
    const found = isOption(word) ? findOption(options, spelling) : undefined;
    if (found === undefined) {
      kept.push(word);
    } else if (found.option.kind === 'flag') {
      if (value === undefined || booleanOf(value, spelling)) {
        kept.push(spelling);
        switchedOff.delete(found.name);
      } else {
        switchedOff.add(found.name);
      }
    } else if (value === undefined) {
      kept.push(spelling, ...words.slice(index, index + 1));
      index += 1;
    } else {
      kept.push(...(spelling.startsWith('--') ? [word] : [spelling, value]));
    }
  }
  return { words: kept, switchedOff };
}

interface FlagValues {
  readonly words: readonly string[];
  /** Long names of the flags whose last mention was `=false`. */
  readonly switchedOff: ReadonlySet<string>;
}

function isOption(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

function cutAtEquals(word: string): [spelling: string, value: string | undefined] {
  const at = word.indexOf('=');
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** The spellings that Go's strconv.ParseBool takes. */
function booleanOf(text: string, spelling: string): boolean {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(text)) return false;
  throw new FlotillaError('cli.usage', `invalid value ${quote(text)} for ${spelling}: it is true or false`);
}
