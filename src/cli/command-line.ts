import { FlotillaError } from '../core/error.ts';
import { count, quote } from '../core/text.ts';
import type { CommandDefinition } from './command.ts';
import { type FoundCommand, findCommand } from './find-command.ts';
import { type GlobalOptions, globalOptions } from './global-options.ts';
import { camelCase, defaultValues, type OptionTable, type OptionValue, type OptionValues } from './option.ts';
import type { ParsedOptions } from './parsed-options.ts';
import { readPlainWords } from './plain-words.ts';
import { splitArgv } from './split-argv.ts';
import { usageLine } from './usage-line.ts';

/** What the command line asks for. */
export type Request =
  | {
      readonly kind: 'run';
      readonly command: CommandDefinition;
      readonly options: OptionValues<OptionTable>;
      readonly arguments: readonly string[];
      readonly global: GlobalOptions;
    }
  | { readonly kind: 'help'; readonly command?: CommandDefinition }
  | { readonly kind: 'help'; readonly family: string };

/** Finds the command at hand and reads its line; the other commands cost nothing. */
export async function readCommandLine(
  argv: readonly string[],
  commands: readonly CommandDefinition[],
): Promise<Request> {
  const { head, word, tail } = splitArgv(argv, rootOptions);
  const root = await parse(head, { program: 'flotilla', options: rootOptions, passThrough: false });
  const global = pick(root.values, globalOptions);
  if (root.values['version'] === true) return versionRequest(commands, global);
  if (word === undefined || (word === 'help' && tail[0] === undefined)) return { kind: 'help' };
  if (word === 'help') return helpOf(findCommand(commands, tail[0] ?? '', tail.slice(1)));
  const found = findCommand(commands, word, tail);
  if (root.help || typeof found === 'string') return helpOf(found);
  const { command } = found;
  const own = await parse(found.tail, {
    program: `flotilla ${command.name}`,
    options: withGlobals(command.options),
    passThrough: command.passThrough === true,
  });
  if (own.help) return { kind: 'help', command };
  checkArguments(command, own.operands);
  return {
    kind: 'run',
    command,
    options: pick(own.values, command.options),
    arguments: own.operands,
    global: joinGlobals(global, own, command.options),
  };
}

function helpOf(found: FoundCommand | string): Request {
  return typeof found === 'string'
    ? { kind: 'help', family: found }
    : { kind: 'help', command: found.command };
}

/** What stands before the command's name. */
export const rootOptions = {
  ...globalOptions,
  version: { kind: 'flag', short: 'v', summary: 'Show the version of Flotilla' },
} as const satisfies OptionTable;

/** Loads the parser only for what takes one. */
async function parse(
  words: readonly string[],
  grammar: { readonly program: string; readonly options: OptionTable; readonly passThrough: boolean },
): Promise<ParsedOptions> {
  // What a container's command gets as its own may look like anything.
  const isPlain = !grammar.passThrough || !words.some((word) => word.startsWith('-'));
  const plain = isPlain ? readPlainWords(words, grammar.options) : undefined;
  if (plain !== undefined) return plain;
  const { parseOptions } = await import('./program.ts');
  return parseOptions(words, grammar);
}

function versionRequest(commands: readonly CommandDefinition[], global: GlobalOptions): Request {
  const found = findCommand(commands, 'version', []);
  if (typeof found === 'string') return helpOf(found);
  const { command } = found;
  return { kind: 'run', command, options: defaultValues(command.options), arguments: [], global };
}

/**
 * Global options are taken behind the command too, by their long names and where the command has none of that name.
 * docker compose takes them only in front, so help lists them there.
 */
function withGlobals(options: OptionTable): OptionTable {
  const taken: Record<string, OptionTable[string]> = { ...options };
  for (const [name, { short: _short, oldNames: _oldNames, ...option }] of Object.entries(
    globalOptions as OptionTable,
  )) {
    if (taken[name] === undefined) taken[name] = { ...option, hidden: true };
  }
  return taken;
}

function joinGlobals(front: GlobalOptions, behind: ParsedOptions, own: OptionTable): GlobalOptions {
  const joined: Record<string, OptionValue> = { ...front };
  for (const name of Object.keys(globalOptions)) {
    const key = camelCase(name);
    if (own[name] !== undefined || !behind.given.has(key)) continue;
    const [before, now] = [joined[key], behind.values[key]];
    joined[key] = Array.isArray(before) && Array.isArray(now) ? [...before, ...now] : now;
  }
  return joined as GlobalOptions;
}

function pick<Table extends OptionTable>(values: ParsedOptions['values'], table: Table): OptionValues<Table> {
  const picked = Object.keys(table).map((name) => [camelCase(name), values[camelCase(name)]]);
  return Object.fromEntries(picked) as OptionValues<Table>;
}

function checkArguments(command: CommandDefinition, words: readonly string[]): void {
  const least = command.arguments.filter(({ required }) => required).length;
  const most = command.arguments.some(({ variadic }) => variadic) ? Infinity : command.arguments.length;
  const hint = `usage: ${usageLine(command)}`;
  if (words.length < least) {
    const message = `"flotilla ${command.name}" requires at least ${count(least, 'argument')}`;
    throw new FlotillaError('cli.usage', message, { hint });
  }
  if (words.length > most) {
    const message = `"flotilla ${command.name}" does not know what to do with ${quote(words[most] ?? '')}`;
    throw new FlotillaError('cli.usage', message, { hint });
  }
}
