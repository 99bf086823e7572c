import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FlotillaError, messageOf } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { CommandContext } from '../../command.ts';
import type { imageSaveOptions } from '../../commands/image/archives.ts';
import { withImages } from './with-images.ts';

export async function run(context: CommandContext<typeof imageSaveOptions>): Promise<number> {
  const { options, io } = context;
  if (options.output === undefined && io.stdout.isTTY) {
    throw new FlotillaError('cli.usage', 'an archive is not for a terminal', {
      hint: 'Name a file with -o, or redirect the output.',
    });
  }
  return withImages(context, async (images, { abort }) => {
    const chunks = await images.save(context.arguments);
    if (options.output === undefined) {
      for await (const chunk of chunks) {
        abort.throwIfAborted();
        io.stdout.write(chunk);
      }
    } else {
      await writeFile(resolve(io.cwd, options.output), chunks, abort);
    }
    return 0;
  });
}

/** As a whole or not at all; what is no ordinary file is written to as it is. */
async function writeFile(path: string, chunks: AsyncIterable<Uint8Array>, abort: AbortSignal): Promise<void> {
  const present = await stat(path).catch(() => undefined);
  const isWhole = present === undefined || present.isFile();
  const target = isWhole ? `${path}.${randomBytes(6).toString('hex')}.tmp` : path;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(target), { signal: abort });
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
