/** What somebody wants to know, of RFC 1035; names are in lower case and have no dot at their end. */
export interface Query {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly opcode: number;
  /** The question as it was sent, with the letters that the asker chose. */
  readonly question: Uint8Array;
  /** The longest answer that a datagram may have. */
  readonly room: number;
}

export type Answer =
  | { readonly kind: 'address'; readonly address: Uint8Array }
  | { readonly kind: 'name'; readonly name: string };

export const types = { A: 1, PTR: 12, AAAA: 28 } as const;
export const codes = { fine: 0, malformed: 1, failed: 2, unknown: 3, impossible: 4 } as const;

/** Undefined for what is no question, which gets no answer; a question that cannot be read is `malformed`. */
export function readQuery(message: Uint8Array): Query | 'malformed' | undefined {
  if (message.length < headerSize || (at(message, 2) & isResponse) !== 0) return undefined;
  const opcode = (at(message, 2) >> 3) & 0xf;
  if (word(message, 4) !== 1) return 'malformed';
  const labels: string[] = [];
  let offset = headerSize;
  for (;;) {
    const length = at(message, offset);
    // A question is the first name of a message: nothing is there that it could point to.
    if (length > longestLabel || offset + length >= message.length) return 'malformed';
    offset += 1;
    if (length === 0) break;
    labels.push(
      Buffer.from(message.subarray(offset, offset + length))
        .toString('latin1')
        .toLowerCase(),
    );
    offset += length;
  }
  const end = offset + 4;
  if (end > message.length || end - headerSize > longestName + 4) return 'malformed';
  return {
    name: labels.join('.'),
    type: word(message, offset),
    class: word(message, offset + 2),
    opcode,
    question: message.slice(headerSize, end),
    room: roomOf(message, end),
  };
}

/**
 * The answer to a message that `readQuery` has read. What does not fit into `room` bytes is left out, and the asker told
 * to ask again over TCP.
 */
export function writeAnswer(
  message: Uint8Array,
  query: Query | undefined,
  code: number,
  answers: readonly Answer[],
  room = 65_535,
): Uint8Array {
  const question = query?.question ?? new Uint8Array();
  const records = answers.map((answer) => recordOf(answer));
  let [length, fitting] = [headerSize + question.length, 0];
  while (fitting < records.length && length + (records[fitting]?.length ?? 0) <= room) {
    length += records[fitting]?.length ?? 0;
    fitting += 1;
  }
  const header = Buffer.alloc(headerSize);
  header.set(message.subarray(0, 2));
  const isCut = fitting < records.length;
  const asked = at(message, 2) & (opcodeBits | wantsRecursion);
  header[2] = isResponse | asked | authoritative | (isCut ? cut : 0);
  header[3] = hasRecursion | code;
  header.writeUInt16BE(query === undefined ? 0 : 1, 4);
  header.writeUInt16BE(fitting, 6);
  return Buffer.concat([header, question, ...records.slice(0, fitting)]);
}

/** `4.3.2.1.in-addr.arpa` as an address; undefined for what names none. */
export function reverseAddress(name: string): string | undefined {
  const old = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name);
  if (old !== null) return old.slice(1).reverse().join('.');
  const digits = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1]?.split('.').reverse().join('');
  return digits?.match(/.{4}/g)?.join(':');
}

function recordOf(answer: Answer): Uint8Array {
  const data = answer.kind === 'address' ? answer.address : nameBytes(answer.name);
  const type = answer.kind === 'name' ? types.PTR : data.length === 4 ? types.A : types.AAAA;
  const record = Buffer.alloc(12 + data.length);
  // Of the name that was asked for, which begins behind the header.
  record.writeUInt16BE(0xc000 | headerSize, 0);
  record.writeUInt16BE(type, 2);
  record.writeUInt16BE(internet, 4);
  record.writeUInt32BE(secondsToLive, 6);
  record.writeUInt16BE(data.length, 10);
  record.set(data, 12);
  return record;
}

function nameBytes(name: string): Uint8Array {
  const labels = name.split('.').map((label) => Buffer.from(label.slice(0, longestLabel), 'latin1'));
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
}

/** RFC 6891: who takes longer answers says so in a record behind the question. */
function roomOf(message: Uint8Array, end: number): number {
  const hasOption = word(message, 10) > 0 && at(message, end) === 0 && word(message, end + 1) === option;
  return hasOption ? Math.max(usualRoom, word(message, end + 3)) : usualRoom;
}

function at(message: Uint8Array, offset: number): number {
  return message[offset] ?? 0;
}

function word(message: Uint8Array, offset: number): number {
  return (at(message, offset) << 8) | at(message, offset + 1);
}

const headerSize = 12;
const usualRoom = 512;
const longestLabel = 63;
const longestName = 255;
export const internet = 1;
const option = 41;
const isResponse = 0x80;
const opcodeBits = 0x78;
const authoritative = 0x04;
const cut = 0x02;
const wantsRecursion = 0x01;
const hasRecursion = 0x80;
/** Replicas come and go. */
const secondsToLive = 5;
