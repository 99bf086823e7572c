import { inUse, type User } from '../in-use.ts';
import type { EngineClient } from './client.ts';
import { isConflict } from './failure.ts';
import type { ContainerSummaryBody } from './wire.ts';

/**
 * What to throw for a network or a volume that the engine would not remove: engines say that it is in use, and people
 * want to know by whom. Networks are held by what runs, volumes by whatever exists.
 */
export async function whoUses(
  client: EngineClient,
  kind: 'network' | 'volume',
  reference: string,
  refusal: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (!isConflict(refusal)) return refusal;
  try {
    const bodies = await client.json<readonly ContainerSummaryBody[]>(
      {
        method: 'GET',
        path: '/containers/json',
        query: { all: kind === 'volume', filters: JSON.stringify({ [kind]: [reference] }) },
        task: `look who uses ${kind} "${reference}"`,
      },
      signal,
    );
    if (bodies.length === 0) return refusal;
    const name = kind === 'network' ? networkName(bodies, reference) : reference;
    return inUse(kind, name, bodies.map(userOf), refusal);
  } catch {
    // The refusal says enough to go on with.
    return refusal;
  }
}

function userOf({ Id, Names, Labels }: ContainerSummaryBody): User {
  return { name: (Names?.[0] ?? Id).replace(/^\//, ''), labels: Labels ?? {} };
}

function networkName(bodies: readonly ContainerSummaryBody[], reference: string): string {
  const endpoints = bodies.flatMap(({ NetworkSettings }) => Object.entries(NetworkSettings?.Networks ?? {}));
  return endpoints.find(([, { NetworkID }]) => NetworkID === reference)?.[0] ?? reference;
}
