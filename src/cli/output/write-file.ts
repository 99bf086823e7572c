import { randomBytes } from 'node:crypto';
import { chmod, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FlotillaError, messageOf } from '../../core/error.ts';
import { quote } from '../../core/text.ts';

/**
 * Writes the file as a whole or not at all: whoever reads it meanwhile sees the old text or the new one. What is there
 * and is no ordinary file, /dev/stdout for example, is written to as it is.
 */
export async function writeOutput(
  cwd: string,
  name: string,
  text: string,
  option: '--output' | '--timings-file' = '--output',
): Promise<void> {
  const path = resolve(cwd, name);
  const present = await stat(path).catch(() => undefined);
  try {
    if (present === undefined) await replace(path, text);
    else if (present.isFile()) await replacePresent(await realpath(path), text, present.mode);
    else await writeFile(path, text);
  } catch (error) {
    throw unwritable(path, option, error);
  }
}

/** A file of a folder where nothing may be created can only be overwritten. */
async function replacePresent(path: string, text: string, mode: number): Promise<void> {
  try {
    await replace(path, text, mode & 0o7777);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) throw error;
    await writeFile(path, text);
  }
}

async function replace(path: string, text: string, mode?: number): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    // With the mode from the first moment on; the umask may take from it what the file has.
    await writeFile(temporary, text, { flag: 'wx', ...(mode === undefined ? {} : { mode }) });
    if (mode !== undefined) await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function unwritable(path: string, option: string, error: unknown): FlotillaError {
  const [reason, hint] = reasons(path)[codeOf(error)] ?? [
    messageOf(error),
    `${option} names a file in a folder that exists and that you may write to.`,
  ];
  return new FlotillaError('cli.output', `cannot write ${quote(path)}: ${reason}`, { hint, cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function reasons(path: string): Readonly<Record<string, readonly [reason: string, hint: string]>> {
  const folder = quote(dirname(path));
  return {
    ENOENT: ['no such file or directory', `Create the folder ${folder} first, or name another file.`],
    ENOTDIR: ['not a directory', `${folder} is no folder: name a file in one.`],
    EISDIR: ['is a directory', 'Name a file in it.'],
    EACCES: ['permission denied', `You may not write to ${folder}: name a file elsewhere.`],
    EROFS: ['read-only file system', 'Name a file on a file system that can be written to.'],
    ENOSPC: ['no space left on device', 'Make room, or name a file elsewhere.'],
  };
}
