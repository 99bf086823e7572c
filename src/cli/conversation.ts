import type { InputSession } from '../runtime/index.ts';
import type { Io } from './io.ts';

export interface ConversationOptions {
  /** Standard input is passed on. */
  readonly input: boolean;
  /** Ctrl+P Ctrl+Q ends the conversation and leaves the process alone. */
  readonly detachable?: boolean;
  /** Called before each piece of output. */
  readonly beforeWrite?: () => void;
}

/**
 * Copies both ways until the process's output ends; its end of input is not awaited, a person may never send one.
 * Resolves to `left` when the person went before that.
 */
export async function converse(
  io: Pick<Io, 'stdin' | 'stdout' | 'stderr'>,
  session: InputSession,
  options: ConversationOptions,
): Promise<'ended' | 'left'> {
  const output = session.output[Symbol.asyncIterator]();
  let leave: (how: 'left') => void = () => {};
  const left = new Promise<'left'>((resolve) => {
    leave = resolve;
  });
  const input = options.input
    ? pumpInput(io, session, options.detachable === true ? () => leave('left') : undefined)
    : undefined;
  try {
    return await Promise.race([left, show(io, output, options.beforeWrite)]);
  } finally {
    input?.();
    // Nobody waits for more; a stream that waits for it does not end before its signal aborts.
    output.return?.().catch(() => {});
  }
}

async function show(
  io: Pick<Io, 'stdout' | 'stderr'>,
  output: AsyncIterator<{ readonly stream: 'stdout' | 'stderr'; readonly data: Uint8Array }>,
  beforeWrite: (() => void) | undefined,
): Promise<'ended'> {
  for (;;) {
    const next = await output.next();
    if (next.done === true) return 'ended';
    beforeWrite?.();
    (next.value.stream === 'stdout' ? io.stdout : io.stderr).write(next.value.data);
  }
}

/** Starts copying standard input to the process; the returned function ends that. */
function pumpInput(
  io: Pick<Io, 'stdin'>,
  session: InputSession,
  onDetach: (() => void) | undefined,
): () => void {
  const stdin = io.stdin.stream();
  const keys = onDetach === undefined ? undefined : detachKeys();
  const onData = (data: Buffer): void => {
    stdin.pause();
    const { pass, detach } = keys?.(data) ?? { pass: data, detach: false };
    session.write(pass).then(
      () => {
        if (detach) onDetach?.();
        else stdin.resume();
      },
      // The process has ended and reads no more; its exit code tells the rest.
      () => {},
    );
  };
  const onEnd = (): void => session.end();
  stdin.on('data', onData);
  stdin.on('end', onEnd);
  stdin.resume();
  return () => {
    stdin.off('data', onData);
    stdin.off('end', onEnd);
    stdin.pause();
    stdin.destroy();
  };
}

const controlP = 0x10;
const controlQ = 0x11;

/** Looks for Ctrl+P Ctrl+Q in what is typed, also over two pieces: a Ctrl+P is held back until the next key is known. */
export function detachKeys(): (data: Uint8Array) => { readonly pass: Uint8Array; readonly detach: boolean } {
  let held = false;
  return (data) => {
    const pass: number[] = [];
    for (const byte of data) {
      if (held && byte === controlQ) return { pass: Uint8Array.from(pass), detach: true };
      if (held) pass.push(controlP);
      held = byte === controlP;
      if (!held) pass.push(byte);
    }
    return { pass: Uint8Array.from(pass), detach: false };
  };
}
