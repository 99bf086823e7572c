import { type CommandOptions, openCommand } from './process.ts';

/**
 * Runs a command and hears what it writes, line by line. Rejects with what it wrote to standard error when it fails,
 * with what `hear` threw, and when it cannot be started; an abort kills it.
 */
export async function hearCommand(
  command: readonly [string, ...string[]],
  { input, ...options }: Pick<CommandOptions, 'environment'> & { readonly input?: string },
  hear: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const stream = await openCommand(command, options);
  const kill = (): void => void stream.destroy(new Error('aborted'));
  signal.addEventListener('abort', kill, { once: true });
  try {
    stream.end(input);
    stream.setEncoding('utf8');
    let rest = '';
    for await (const chunk of stream) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) hear(line);
    }
    hear(rest);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', kill);
    stream.destroy();
  }
}
