import { formatReference, parseReference } from '../../../images/index.ts';
import type { CommandContext } from '../../command.ts';
import type { imagePullOptions } from '../../commands/image/pull.ts';
import { progressLine } from './progress-line.ts';
import { withImages } from './with-images.ts';

export async function run(context: CommandContext<typeof imagePullOptions>): Promise<number> {
  const { options, io } = context;
  const [text = ''] = context.arguments;
  const full = formatReference(parseReference(text));
  return withImages(context, async (_, session) => {
    const before = await session.driver.inspectImage(text);
    const credentials = await session.credentialsFor?.(text);
    const { platform } = options;
    const line = options.quiet || !io.stderr.isTTY ? undefined : progressLine(io.stderr);
    try {
      await session.driver.pullImage(
        text,
        {
          ...(platform === undefined ? {} : { platform }),
          ...(credentials === undefined ? {} : { credentials }),
          ...(line === undefined ? {} : { onProgress: line.show }),
        },
        session.abort,
      );
    } finally {
      line?.clear();
    }
    const isNew = (await session.driver.inspectImage(text))?.observed.id !== before?.observed.id;
    if (!options.quiet) io.stdout.write(isNew ? `Pulled ${text}\n` : `${text} is up to date\n`);
    io.stdout.write(`${full}\n`);
    return 0;
  });
}
