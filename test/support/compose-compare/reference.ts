import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { caseArguments, fileText, type ProjectCase } from '../compose-cases/project-case.ts';

/** What docker compose made of a project. */
export interface ReferenceResult {
  readonly accepted: boolean;
  readonly output: string;
  readonly errors: string;
}

/** Writes the files of a case into its folder, which is emptied first. */
export function writeCase(given: ProjectCase, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [path, file] of given.files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, fileText(file));
  }
}

/** `docker compose config` in a folder that `writeCase` wrote. */
export function runReference(
  program: string,
  given: ProjectCase,
  folder: string,
  options: readonly string[] = [],
): Promise<ReferenceResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...caseArguments(given), 'config', ...options, ...given.services], {
      cwd: folder,
      env: { ...quick, PATH: process.env['PATH'], HOME: home, ...Object.fromEntries(given.environment) },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        accepted: code === 0,
        output: Buffer.concat(output).toString('utf8'),
        errors: Buffer.concat(errors).toString('utf8'),
      }),
    );
  });
}

/** It is not to collect garbage until there is much, as when it includes a file in itself for ever. */
export const quick = { GOGC: 'off', GOMEMLIMIT: '1GiB' };

/** Both tools get this one, so that `~` means the same. */
export const home = '/home/user';
