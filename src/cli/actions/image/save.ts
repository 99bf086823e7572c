import type { CommandContext } from '../../command.ts';
import type { imageSaveOptions } from '../../commands/image/archives.ts';
import { refuseTerminal, writeArchive } from '../../output/write-archive.ts';
import { withImages } from './with-images.ts';

export async function run(context: CommandContext<typeof imageSaveOptions>): Promise<number> {
  const { options, io } = context;
  const place = { io, output: options.output };
  refuseTerminal(place);
  return withImages(context, async (images, { abort }) => {
    await writeArchive(place, await images.save(context.arguments), abort);
    return 0;
  });
}
