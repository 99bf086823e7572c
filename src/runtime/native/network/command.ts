import { spawn } from 'node:child_process';
import type { CommandResult } from '../../process.ts';

/** Runs a command with that standard input to its end; rejects when there is no such command. */
export type CommandRunner = (
  command: readonly [string, ...string[]],
  input?: string,
) => Promise<CommandResult>;

/** A command costs as little as it can: it is started while a stack comes up. */
export function commandRunner(environment: Readonly<Record<string, string | undefined>>): CommandRunner {
  return ([file, ...rest], input = '') =>
    new Promise((resolve, reject) => {
      const child = spawn(file, rest, { env: environment, stdio: 'pipe' });
      const output = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const) {
        child[stream].setEncoding('utf8').on('data', (text: string) => {
          output[stream] += text;
        });
      }
      child.once('error', reject);
      child.once('close', (exitCode) => resolve({ ...output, ...(exitCode === null ? {} : { exitCode }) }));
      // A command that ends without reading says why by its exit code.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
    });
}
