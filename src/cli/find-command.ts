import { FlotillaError } from '../core/error.ts';
import { suggest } from '../core/suggest.ts';
import { quote } from '../core/text.ts';
import type { CommandDefinition } from './command.ts';
import { families, membersOf } from './families.ts';

export interface FoundCommand {
  readonly command: CommandDefinition;
  /** The words behind its name. */
  readonly tail: readonly string[];
}

/** Finds a command of one word or of two; a string when the word only begins commands of two. */
export function findCommand(
  commands: readonly CommandDefinition[],
  word: string,
  tail: readonly string[],
): FoundCommand | string {
  const family = families[word] === undefined ? [] : membersOf(commands, word);
  if (family.length > 0) {
    const [next, ...rest] = tail;
    if (next === undefined || next === '--help' || next === '-h') return word;
    const names = family.map(({ name }) => name);
    return { command: named(family, `${word} ${next}`, names), tail: rest };
  }
  const visible = commands.filter(({ hidden }) => hidden !== true).map(({ name }) => name);
  return { command: named(commands, word, [...visible, ...Object.keys(families), 'help']), tail };
}

function named(
  commands: readonly CommandDefinition[],
  word: string,
  names: readonly string[],
): CommandDefinition {
  const found = commands.find(({ name, aliases }) => name === word || aliases?.includes(word));
  if (found !== undefined) return found;
  const missing = missingCommand(word);
  if (missing !== undefined) throw missing;
  const [nearest] = suggest(word, names, 1);
  throw new FlotillaError('cli.usage', `unknown command ${quote(word)}`, {
    hint:
      nearest === undefined ? 'flotilla --help lists the commands' : `did you mean "flotilla ${nearest}"?`,
  });
}

/** Words that docker compose's users type and that Flotilla does not have yet. */
const notYet: ReadonlySet<string> = new Set(['bridge', 'publish', 'volumes']);

function missingCommand(word: string): FlotillaError | undefined {
  if (word === 'compose') {
    return new FlotillaError('cli.usage', `unknown command ${quote(word)}`, {
      hint: 'leave `compose` out: `flotilla up`',
    });
  }
  if (!notYet.has(word)) return undefined;
  return new FlotillaError('cli.usage', `the command ${quote(word)} is not in Flotilla yet`, {
    hint: `On Docker, \`docker compose ${word}\` works on the same project.`,
  });
}
