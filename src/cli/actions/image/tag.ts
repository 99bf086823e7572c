import type { CommandContext } from '../../command.ts';
import { withImages } from './with-images.ts';

export async function run(context: CommandContext): Promise<number> {
  const [image = '', target = ''] = context.arguments;
  return withImages(context, async (images) => {
    await images.tag(image, target);
    return 0;
  });
}
