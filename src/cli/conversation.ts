import type { InputSession } from '../runtime/index.ts';
import { detachKeys, type KeySequence } from './detach-keys.ts';
import type { Io } from './io.ts';

export interface ConversationOptions {
  /** Standard input is passed on. */
  readonly input: boolean;
  /** They end the conversation and leave the process alone; absent: nothing does. */
  readonly detachKeys?: KeySequence | undefined;
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
  const input = options.input ? pumpInput(io, session, options.detachKeys, () => leave('left')) : undefined;
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
  sequence: KeySequence | undefined,
  onDetach: () => void,
): () => void {
  const stdin = io.stdin.stream();
  const keys = sequence === undefined ? undefined : detachKeys(sequence);
  const onData = (data: Buffer): void => {
    stdin.pause();
    const { pass, detach } = keys?.(data) ?? { pass: data, detach: false };
    session.write(pass).then(
      () => {
        if (detach) onDetach();
        else stdin.resume();
      },
      // The process has ended and reads no more; its exit code tells the rest.
      () => {},
    );
  };
  // Ctrl+D does not end a raw terminal: one that ends is closed, and nobody is there any more.
  const isRaw = sequence !== undefined && io.stdin.isTTY;
  const onEnd = (): void => {
    session.end();
    if (isRaw) onDetach();
  };
  const endings = ['end', 'error', 'close'] as const;
  stdin.on('data', onData);
  for (const ending of endings) stdin.on(ending, onEnd);
  stdin.resume();
  return () => {
    stdin.off('data', onData);
    stdin.pause();
    stdin.destroy();
    for (const ending of endings) stdin.off(ending, onEnd);
  };
}
