import { FlotillaError } from '../../../core/error.ts';
import type { RemovedImages } from '../../../runtime/index.ts';
import type { CommandContext } from '../../command.ts';
import type { imageRmOptions } from '../../commands/image/names.ts';
import { joined, noSuchImage, withImages } from './with-images.ts';

/** Goes on with the others when one cannot be removed, as docker does. */
export async function run(context: CommandContext<typeof imageRmOptions>): Promise<number> {
  const { options, io } = context;
  return withImages(context, async (images) => {
    const failures: FlotillaError[] = [];
    for (const reference of context.arguments) {
      try {
        const removed = await images.remove(reference, { force: options.force });
        if (removed.untagged.length + removed.deleted.length > 0) io.stdout.write(removedText(removed));
        else if (!options.force) failures.push(noSuchImage(reference));
      } catch (thrown) {
        if (!(thrown instanceof FlotillaError)) throw thrown;
        failures.push(thrown);
      }
    }
    const failure = joined(failures);
    if (failure !== undefined) throw failure;
    return 0;
  });
}

export function removedText({ untagged, deleted }: RemovedImages): string {
  const lines = [...untagged.map((name) => `Untagged: ${name}`), ...deleted.map((id) => `Deleted: ${id}`)];
  return lines.map((line) => `${line}\n`).join('');
}
