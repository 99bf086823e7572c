import type { CommandDefinition } from './command.ts';

/** `flotilla exec [OPTIONS] SERVICE COMMAND [ARGS...]` */
export function usageLine(command: CommandDefinition): string {
  const words = command.arguments.map(({ name, required, variadic }) => {
    if (variadic) return required ? `${name} [${name}...]` : `[${name}...]`;
    return required ? name : `[${name}]`;
  });
  return ['flotilla', command.name, '[OPTIONS]', ...words].join(' ');
}
