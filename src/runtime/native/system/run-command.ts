import { spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
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
    const given = libc.memoryFile();
    const [output, errors] = [libc.pipe(), libc.pipe()];
    let pid: number;
    try {
      // At a place of its own: the command reads from the beginning.
      writeSync(given, input, 0);
      pid = start({ command, environment, descriptors: [given, output.write, errors.write] });
    } catch (error) {
      for (const { read } of [output, errors]) closeSync(read);
      throw error;
    } finally {
      for (const fd of [given, output.write, errors.write]) closeSync(fd);
    }
    const [stdout, stderr] = await Promise.all([textOf(output.read), textOf(errors.read)]);
    const exitCode = await exitCodeOf(libc, pid);
    return { stdout, stderr, ...(exitCode === undefined ? {} : { exitCode }) };
  };
}

/** All that comes out of a pipe until nobody has its other end any more. */
function textOf(fd: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const pipe = new Socket({ fd, readable: true, writable: false });
    pipe.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    pipe.once('error', reject);
    pipe.once('close', () => resolve(text));
  });
}

/** The kernel closes what a process has open just before it tells how it ended. */
async function exitCodeOf(libc: Libc, pid: number): Promise<number | undefined> {
  for (;;) {
    const end = libc.endOf(pid);
    if (end !== undefined) return end.exitCode;
    await pause(1);
  }
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
