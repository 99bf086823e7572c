import { spawn } from 'node:child_process';
import { closeSync, fstatSync, readSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { CommandResult } from '../../process.ts';
import type { Libc } from './libc.ts';

/** Runs a command with that standard input to its end; rejects when there is no such command. */
export type CommandRunner = (
  command: readonly [string, ...string[]],
  input?: string,
) => Promise<CommandResult>;

type Environment = Readonly<Record<string, string | undefined>>;

/** A command costs as little as it can: it is started while a stack comes up. */
export function commandRunner(libc: Libc, environment: Environment): CommandRunner {
  const { spawn: start } = libc;
  return start === undefined ? byNode(environment) : bySystemCall(libc, start, environment);
}

function bySystemCall(
  libc: Libc,
  start: NonNullable<Libc['spawn']>,
  environment: Environment,
): CommandRunner {
  return async (command, input = '') => {
    const files = [libc.memoryFile(), libc.memoryFile(), libc.memoryFile()] as const;
    const [given, output, errors] = files;
    try {
      // At a place of its own: the command reads from the beginning.
      writeSync(given, input, 0);
      const exitCode = await endOf(libc, start({ command, environment, descriptors: files }));
      const [stdout, stderr] = [output, errors].map(textOf) as [string, string];
      return { stdout, stderr, ...(exitCode === undefined ? {} : { exitCode }) };
    } finally {
      for (const fd of files) closeSync(fd);
    }
  };
}

/** Node hears of the ends of its own children only. */
async function endOf(libc: Libc, pid: number): Promise<number | undefined> {
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 1.2, longestPauseMs)) {
    await pause(pauseMs);
    const end = libc.endOf(pid);
    if (end !== undefined) return end.exitCode;
  }
}

const longestPauseMs = 20;

function textOf(fd: number): string {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  readSync(fd, bytes, 0, bytes.length, 0);
  return bytes.toString();
}

function byNode(environment: Environment): CommandRunner {
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
