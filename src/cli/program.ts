import { Command, CommanderError, Option } from 'commander';
import { FlotillaError } from '../core/error.ts';
import { suggest } from '../core/suggest.ts';
import { quote } from '../core/text.ts';
import { takeFlagValues } from './flag-values.ts';
import {
  camelCase,
  defaultValue,
  type OptionDefinition,
  type OptionTable,
  type OptionValue,
} from './option.ts';
import type { ParsedOptions } from './parsed-options.ts';

export interface Grammar {
  /** `flotilla up`, for the hint of a usage error. */
  readonly program: string;
  readonly options: OptionTable;
  /** Options end at the first operand. */
  readonly passThrough: boolean;
}

/** Reads the words by the grammar. A word that does not fit throws `cli.usage`, with docker's sentence for it. */
export function parseOptions(words: readonly string[], grammar: Grammar): ParsedOptions {
  const taken = takeFlagValues(words, grammar.options, grammar.passThrough);
  const values: Record<string, OptionValue> = {};
  const given = new Set<string>();
  const command = bareCommand(grammar.passThrough);
  for (const [name, option] of Object.entries(grammar.options)) {
    const key = camelCase(name);
    values[key] = defaultValue(option);
    for (const spelling of spellings(name, option)) {
      command.addOption(spelling);
      command.on(`option:${spelling.name()}`, (text: string | undefined) => {
        values[key] = nextValue(option, `--${name}`, text, given.has(key) ? values[key] : undefined);
        given.add(key);
      });
    }
  }
  const { operands, unknown } = withUsageErrors(grammar, () => command.parseOptions([...taken.words]));
  const help = command.opts()['help'] === true;
  if (unknown[0] !== undefined && !help) throw unknownFlag(unknown[0], grammar);
  for (const name of taken.switchedOff) {
    values[camelCase(name)] = false;
    given.add(camelCase(name));
  }
  return { values, given, operands, help };
}

/** Commander as a tokenizer: help, messages and exits are ours. */
function bareCommand(passThrough: boolean): Command {
  return new Command()
    .helpOption(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .passThroughOptions(passThrough)
    .addOption(new Option('-h, --help'));
}

function spellings(name: string, option: OptionDefinition): readonly Option[] {
  const value = option.kind === 'flag' ? '' : ' <value>';
  const short = option.short === undefined ? '' : `-${option.short}, `;
  return [`${short}--${name}`, ...(option.oldNames ?? []).map((oldName) => `--${oldName}`)].map((flags) => {
    const spelling = new Option(`${flags}${value}`);
    // `--no-build` is a flag of its own here, not the opposite of `--build`.
    spelling.negate = false;
    return spelling;
  });
}

function nextValue(
  option: OptionDefinition,
  spelling: string,
  text: string | undefined,
  previous: OptionValue,
): OptionValue {
  switch (option.kind) {
    case 'flag':
      return true;
    case 'list':
      return [...((previous as readonly string[] | undefined) ?? []), text ?? ''];
    case 'integer':
      return integer(text ?? '', spelling);
    case 'text':
      return choice(text ?? '', spelling, option.choices);
  }
}

function integer(text: string, spelling: string): number {
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new FlotillaError('cli.usage', `invalid value ${quote(text)} for ${spelling}: it is a whole number`);
}

function choice(text: string, spelling: string, choices: readonly string[] | undefined): string {
  if (choices === undefined || choices.includes(text)) return text;
  const [nearest] = suggest(text, choices, 1);
  const options = nearest === undefined ? {} : { hint: `did you mean "${nearest}"?` };
  const list = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
  throw new FlotillaError(
    'cli.usage',
    `invalid value ${quote(text)} for ${spelling}: it is ${list}`,
    options,
  );
}

function withUsageErrors<Result>(grammar: Grammar, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const flag = /--[\w-]+/.exec(error.message)?.[0] ?? error.message;
    throw new FlotillaError('cli.usage', `flag needs an argument: ${flag}`, { hint: seeHelp(grammar) });
  }
}

function unknownFlag(word: string, grammar: Grammar): FlotillaError {
  if (!word.startsWith('--')) {
    const message = `unknown shorthand flag: '${word[1] ?? ''}' in ${word}`;
    return new FlotillaError('cli.usage', message, { hint: seeHelp(grammar) });
  }
  const flag = word.replace(/=.*$/s, '');
  const visible = Object.entries(grammar.options).filter(([, option]) => option.hidden !== true);
  const [nearest] = suggest(
    flag.slice(2),
    visible.map(([name]) => name),
    1,
  );
  const hint = nearest === undefined ? seeHelp(grammar) : `did you mean "--${nearest}"?`;
  return new FlotillaError('cli.usage', `unknown flag: ${flag}`, { hint });
}

function seeHelp({ program }: Grammar): string {
  return `"${program} --help" lists the flags`;
}
