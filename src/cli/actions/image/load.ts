import { resolve } from 'node:path';
import { FlotillaError } from '../../../core/error.ts';
import type { ImageInput } from '../../../runtime/index.ts';
import type { CommandContext } from '../../command.ts';
import type { imageLoadOptions } from '../../commands/image/archives.ts';
import type { Io } from '../../io.ts';
import { withImages } from './with-images.ts';

export async function run(context: CommandContext<typeof imageLoadOptions>): Promise<number> {
  const { options, io } = context;
  const { platform } = options;
  const input = inputOf(io, options.input);
  return withImages(context, async (images, session) => {
    const loaded = await images.load(input, platform === undefined ? {} : { platform }, session.abort);
    for (const { id, tags } of loaded) {
      const lines =
        tags.length === 0 ? [`Loaded image ID: ${id}`] : tags.map((tag) => `Loaded image: ${tag}`);
      io.stdout.write(lines.map((line) => `${line}\n`).join(''));
    }
    return 0;
  });
}

/** A file, or standard input when it has something to read. */
export function inputOf(io: Io, path: string | undefined): ImageInput {
  if (path !== undefined && path !== '-') return { kind: 'path', path: resolve(io.cwd, path) };
  if (!io.stdin.isTTY) return { kind: 'stream', chunks: io.stdin.stream() };
  throw new FlotillaError('cli.usage', 'there is nothing to read: standard input is a terminal', {
    hint: 'Name a file, or pass the archive on with `<`.',
  });
}
