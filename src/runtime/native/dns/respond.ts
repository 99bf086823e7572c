import { addressBytes } from '../network/cidr.ts';
import {
  type Answer,
  codes,
  internet,
  type Query,
  readQuery,
  reverseAddress,
  types,
  writeAnswer,
} from './message.ts';
import type { Asker, Names } from './names.ts';

export type Response =
  /** Nothing is said to what is no question. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'answer'; readonly message: Uint8Array }
  /** Others are asked, and when nobody answers, `failure` is the answer. */
  | { readonly kind: 'forward'; readonly servers: readonly string[] | 'host'; readonly failure: Uint8Array };

export interface RespondOptions {
  /** The longest message that can be sent back; absent for a datagram: as long as the asker takes. */
  readonly room?: number;
  /** A number from 0 up to, but not including, that one: where a list of replicas begins. */
  readonly random: (below: number) => number;
}

/** What a message from a container is answered. */
export function respond(
  message: Uint8Array,
  asker: Asker,
  names: Names,
  { room, random }: RespondOptions,
): Response {
  const query = readQuery(message);
  if (query === undefined) return { kind: 'silence' };
  const answer = (code: number, answers: readonly Answer[] = []): Response => ({
    kind: 'answer',
    message: writeAnswer(
      message,
      query === 'malformed' ? undefined : query,
      code,
      answers,
      room ?? roomOf(query),
    ),
  });
  if (query === 'malformed') return answer(codes.malformed);
  if (query.opcode !== 0) return answer(codes.impossible);
  const found = find(query, asker, names);
  switch (found.kind) {
    case 'addresses': {
      const wanted = query.type === types.A ? found.ipv4 : query.type === types.AAAA ? found.ipv6 : [];
      const start = wanted.length > 1 ? random(wanted.length) : 0;
      const turned = [...wanted.slice(start), ...wanted.slice(0, start)];
      return answer(
        codes.fine,
        turned.map((address) => ({ kind: 'address', address: addressBytes(address) })),
      );
    }
    case 'name':
      return answer(codes.fine, query.type === types.PTR ? [{ kind: 'name', name: found.name }] : []);
    case 'nobody':
      return answer(codes.unknown);
    case 'elsewhere': {
      const servers = names.serversOf(asker);
      const failure = writeAnswer(message, query, codes.failed, []);
      return servers === 'none' || servers.length === 0
        ? { kind: 'answer', message: failure }
        : { kind: 'forward', servers, failure };
    }
  }
}

function find(query: Query, asker: Asker, names: Names) {
  if (query.class !== internet) return { kind: 'elsewhere' } as const;
  const address = reverseAddress(query.name);
  return address === undefined ? names.find(query.name, asker) : names.findAddress(address, asker);
}

function roomOf(query: Query | 'malformed'): number {
  return query === 'malformed' ? 512 : query.room;
}
