import { spawn } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import { requireRecord } from '../containers/find.ts';
import { holdContainer } from '../containers/lock.ts';
import type { Engine } from '../engine.ts';
import { isMissing } from '../system/read-json.ts';
import { reachInto } from './reach.ts';

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
    const clean = join('/', path);
    const name = basename(clean) || '.';
    // The path itself may be a link, which then is what is asked for.
    const folder = reachInto(engine, record).resolve(dirname(clean));
    requirePath(join(folder, name), path, record.name);
    return tarOf(engine, folder, name, signal);
  });
}

function requirePath(found: string, path: string, container: string): void {
  try {
    lstatSync(found);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new FlotillaError('engine.request', `there is no ${quote(path)} in container ${quote(container)}`, {
      cause: error,
    });
  }
}

async function* tarOf(
  engine: Engine,
  folder: string,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const child = spawn('tar', ['--create', '--numeric-owner', '--sparse', '-C', folder, '--', name], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: engine.environment,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  ended.catch(() => undefined);
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => {
    complaint += data.toString();
  });
  const stop = (): void => void child.kill();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const data of child.stdout) yield data as Uint8Array;
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
