import { spawn } from 'node:child_process';
import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import { requireRecord } from '../containers/find.ts';
import { holdContainer } from '../containers/lock.ts';
import type { ContainerRecord } from '../containers/record.ts';
import type { Engine } from '../engine.ts';
import { inFolder } from '../system/in-folder.ts';
import { isMissing } from '../system/read-json.ts';
import { askedPath, reachInto } from './reach.ts';

/** As `Driver.getArchive`. */
export async function getArchive(
  engine: Engine,
  container: ContainerId,
  path: string,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  signal?.throwIfAborted();
  const record = requireRecord(engine.root, container);
  return await holdContainer(engine, record.id, () => {
    const asked = askedFor(path);
    const fd = openFolder(engine, record, { path, ...asked });
    return tarOf(engine, fd, asked, signal);
  });
}

interface Asked {
  readonly folder: string;
  /** In the folder. */
  readonly name: string;
  /** What `.` is called in the archive. */
  readonly as?: string;
}

/** A path itself may be a link, which then is what is asked for; with a slash behind it is the folder to which that leads. */
function askedFor(path: string): Asked {
  const { clean, isFollowed } = askedPath(path);
  if (!isFollowed) return { folder: dirname(clean), name: basename(clean) };
  const isContent = clean === '/' || path.endsWith('.');
  return { folder: clean, name: '.', ...(isContent ? {} : { as: basename(clean) }) };
}

/**
 * A descriptor of the folder that the name is in, for tar: whatever the container puts in the folder's place meanwhile, it
 * is this one that is read.
 */
function openFolder(
  engine: Engine,
  record: ContainerRecord,
  { path, folder, name }: { readonly path: string; readonly folder: string; readonly name: string },
): number {
  try {
    return inFolder(engine.libc, reachInto(engine, record).locate(folder), { beneath: false }, (found) => {
      lstatSync(join(found, name));
      return openSync(found, constants.O_RDONLY | constants.O_DIRECTORY);
    });
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new FlotillaError(
      'engine.request',
      `there is no ${quote(path)} in container ${quote(record.name)}`,
      { cause: error },
    );
  }
}

async function* tarOf(
  engine: Engine,
  fd: number,
  { name, as }: Asked,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  // Of links the targets stay as they are.
  const called = as === undefined ? [] : [`--transform=s,^\\.,${as.replace(/[\\,&]/g, '\\$&')},S`];
  const words = ['--create', '--numeric-owner', ...called, '-C', '/proc/self/fd/3', '--', name];
  const child = spawn('tar', words, { stdio: ['ignore', 'pipe', 'pipe', fd], env: engine.environment });
  closeSync(fd);
  const [stdout, stderr] = [child.stdout as Readable, child.stderr as Readable];
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  ended.catch(() => undefined);
  let complaint = '';
  stderr.on('data', (data: Buffer) => {
    complaint += data.toString();
  });
  const stop = (): void => void child.kill();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const data of stdout) yield data as Uint8Array;
    signal?.throwIfAborted();
    // 1: a file changed while it was read, as files of running containers do.
    const code = await ended;
    if (code !== 0 && code !== 1) {
      throw new FlotillaError('engine.request', `cannot read ${quote(name)}: ${complaint.trim()}`);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    child.kill();
  }
}
