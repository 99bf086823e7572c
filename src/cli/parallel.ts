import { FlotillaError } from '../core/error.ts';
import { quote } from '../core/text.ts';
import type { Session } from '../scheduler/index.ts';

/** `--parallel`, else COMPOSE_PARALLEL_LIMIT; as in docker compose, what is not above zero sets no limit of its own. */
export function lanesOf(flag: number | undefined, variable: string | undefined): Session['lanes'] {
  const limit = flag ?? fromVariable(variable);
  return limit === undefined || limit <= 0 ? undefined : { pull: limit, build: limit, engine: limit };
}

function fromVariable(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^[-+]?\d+$/.test(text)) return Number(text);
  throw new FlotillaError('cli.usage', `COMPOSE_PARALLEL_LIMIT must be an integer (found: ${quote(text)})`, {
    hint: 'It is the number of pulls, and of other calls to the engine, that may run at once.',
  });
}
