import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FlotillaError, messageOf } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { Io } from '../io.ts';

/** Where an archive shall go: a file, or standard output without one. */
export interface ArchiveOutput {
  readonly io: Pick<Io, 'cwd' | 'stdout'>;
  /** As it is written after `--output`. */
  readonly output: string | undefined;
}

/** Throws `cli.usage` where the archive would go to a terminal. */
export function refuseTerminal({ io, output }: ArchiveOutput): void {
  if (output !== undefined || !io.stdout.isTTY) return;
  throw new FlotillaError('cli.usage', 'an archive is not for a terminal', {
    hint: 'Name a file with -o, or redirect the output.',
  });
}

/** Rejects with the signal's reason, or with `cli.output`. */
export async function writeArchive(
  { io, output }: ArchiveOutput,
  chunks: AsyncIterable<Uint8Array>,
  abort: AbortSignal,
): Promise<void> {
  if (output !== undefined) {
    await writeFile(resolve(io.cwd, output), chunks, abort);
    return;
  }
  for await (const chunk of chunks) {
    abort.throwIfAborted();
    io.stdout.write(chunk);
  }
}

/** As a whole or not at all, for its owner only, as docker does; what is no ordinary file is written to as it is. */
async function writeFile(path: string, chunks: AsyncIterable<Uint8Array>, abort: AbortSignal): Promise<void> {
  const present = await stat(path).catch(() => undefined);
  const isWhole = present === undefined || present.isFile();
  const target = isWhole ? `${path}.${randomBytes(6).toString('hex')}.tmp` : path;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(target, { mode: 0o600 }), { signal: abort });
    if (isWhole) await rename(target, path);
  } catch (cause) {
    if (isWhole) await rm(target, { force: true });
    abort.throwIfAborted();
    if (cause instanceof FlotillaError) throw cause;
    throw new FlotillaError('cli.output', `cannot write ${quote(path)}: ${messageOf(cause)}`, {
      hint: '--output names a file in a folder that exists and that you may write to.',
      cause,
    });
  }
}
