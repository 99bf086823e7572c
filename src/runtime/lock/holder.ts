import type { Socket } from 'node:net';
import { stripControl } from '../../core/text.ts';

/** Who holds a lock, as the holder itself says. */
export interface LockHolder {
  readonly pid: number;
  /** `flotilla up` */
  readonly command: string;
}

export function introduce(socket: Socket, holder: LockHolder): void {
  socket.on('error', () => {});
  socket.write(`${JSON.stringify(holder)}\n`);
}

/** Longer than any introduction; what says more is no Flotilla. */
const longest = 4096;

/** Collects what the holder says; undefined until it is complete. */
export function introductionReader(): (piece: string) => LockHolder | undefined {
  let text = '';
  return (piece) => {
    if (text.length < longest) text += piece;
    const end = text.indexOf('\n');
    return end < 0 ? undefined : parse(text.slice(0, end));
  };
}

function parse(line: string): LockHolder | undefined {
  try {
    const { pid, command } = JSON.parse(line) as Record<string, unknown>;
    return typeof pid === 'number' && typeof command === 'string'
      ? { pid, command: stripControl(command) }
      : undefined;
  } catch {
    return undefined;
  }
}
