import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { CommandContext } from '../../command.ts';
import type { imageImportOptions } from '../../commands/image/archives.ts';
import { inputOf } from './load.ts';
import { withImages } from './with-images.ts';

export async function run(context: CommandContext<typeof imageImportOptions>): Promise<number> {
  const { options, io } = context;
  const [source = '', reference] = context.arguments;
  if (/^https?:\/\//.test(source)) {
    throw new FlotillaError('cli.usage', `${quote(source)} is not fetched by Flotilla`, {
      hint: `Pass it on: \`curl -L ${source} | flotilla image import -\`.`,
    });
  }
  const { change, message, platform } = options;
  const input = inputOf(io, source);
  return withImages(context, async (images, session) => {
    const id = await images.import(
      input,
      {
        changes: change,
        ...(reference === undefined ? {} : { reference }),
        ...(message === undefined ? {} : { message }),
        ...(platform === undefined ? {} : { platform }),
      },
      session.abort,
    );
    io.stdout.write(`${id}\n`);
    return 0;
  });
}
