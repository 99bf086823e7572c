import { FlotillaError } from '../core/error.ts';
import { suggest } from '../core/suggest.ts';
import { quote } from '../core/text.ts';
import type { CommandDefinition } from './command.ts';

export function findCommand(commands: readonly CommandDefinition[], word: string): CommandDefinition {
  const found = commands.find(({ name, aliases }) => name === word || aliases?.includes(word));
  if (found !== undefined) return found;
  const visible = commands.filter(({ hidden }) => hidden !== true).map(({ name }) => name);
  const [nearest] = suggest(word, visible, 1);
  throw new FlotillaError('cli.usage', `unknown command ${quote(word)}`, {
    hint:
      nearest === undefined ? 'flotilla --help lists the commands' : `did you mean "flotilla ${nearest}"?`,
  });
}
