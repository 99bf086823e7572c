import { closeSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import type { Libc } from '../../system/libc.ts';
import { findMessage, type Message, packMessages } from './message.ts';

/** A conversation with the kernel about the namespace in which it was opened: its devices, unless another protocol is given. */
export interface NetlinkSocket {
  /** All in one go; throws the first refusal that is not accepted. `describe` says what a message is about. */
  send(
    messages: readonly Message[],
    describe: (index: number) => string,
    isAccepted?: (index: number, errno: number) => boolean,
  ): void;
  /** The number of the device; undefined when there is none. */
  find(device: string): number | undefined;
  /** The error number that the kernel answers; 0 when it is none. */
  ask(message: Message): number;
  close(): void;
}

const mostAtOnce = 24;
const noSuchDevice = 19;

export function openNetlink(libc: Libc, protocol: number = routeProtocol): NetlinkSocket {
  const fd = libc.socket(netlinkFamily, rawType | closeOnExec, protocol);
  const buffer = new Uint8Array(16_384);
  let sequence = 1;

  const exchange = (messages: readonly Message[]): readonly Reply[] => {
    const first = sequence;
    sequence += messages.length;
    libc.send(fd, packMessages(messages, first));
    const replies: Reply[] = messages.map(() => ({ error: 0 }));
    for (let waiting = messages.length; waiting > 0; ) {
      const length = libc.recv(fd, buffer);
      for (const { type, number, body } of messagesIn(buffer, length)) {
        const reply = replies[number - first];
        if (reply === undefined) continue;
        if (type !== errorType) {
          reply.index = body.getInt32(4, true);
          continue;
        }
        reply.error = -body.getInt32(0, true);
        waiting -= 1;
      }
    }
    return replies;
  };

  return {
    send(messages, describe, isAccepted = () => false) {
      // The kernel's answers have to fit into the socket's buffer.
      for (let from = 0; from < messages.length; from += mostAtOnce) {
        const replies = exchange(messages.slice(from, from + mostAtOnce));
        const failed = replies.findIndex(
          ({ error }, index) => error !== 0 && !isAccepted(from + index, error),
        );
        if (failed >= 0) throw refusal(replies[failed]?.error ?? 0, describe(from + failed));
      }
    },
    find(device) {
      const [reply] = exchange([findMessage(device)]);
      if (reply?.error === noSuchDevice) return undefined;
      if (reply !== undefined && reply.error !== 0) throw refusal(reply.error, `find device ${device}`);
      return reply?.index;
    },
    ask: (message) => exchange([message])[0]?.error ?? 0,
    close: () => closeSync(fd),
  };
}

interface Reply {
  error: number;
  index?: number;
}

function* messagesIn(buffer: Uint8Array, length: number) {
  const view = new DataView(buffer.buffer, buffer.byteOffset, length);
  for (let at = 0; at + 16 <= length; ) {
    const size = view.getUint32(at, true);
    const body = new DataView(buffer.buffer, buffer.byteOffset + at + 16, size - 16);
    yield { type: view.getUint16(at + 4, true), number: view.getUint32(at + 8, true), body };
    at += Math.ceil(size / 4) * 4;
  }
}

function refusal(errno: number, task: string): NodeJS.ErrnoException {
  const [code, words] = getSystemErrorMap().get(-errno) ?? [`E${errno}`, 'unknown error'];
  return Object.assign(new Error(`cannot ${task}: ${words} (${code})`), { code, errno: -errno });
}

const netlinkFamily = 16;
const rawType = 3;
const closeOnExec = 0o2000000;
const routeProtocol = 0;
const errorType = 2;
