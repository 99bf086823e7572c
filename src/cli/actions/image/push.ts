import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import { parseReference } from '../../../images/index.ts';
import type { CommandContext } from '../../command.ts';
import type { imagePushOptions } from '../../commands/image/push.ts';
import { withSession } from '../../session.ts';
import { progressLine } from './progress-line.ts';

export async function run(context: CommandContext<typeof imagePushOptions>): Promise<number> {
  const { options, io } = context;
  const [text = ''] = context.arguments;
  const { allTags, quiet } = options;
  const hasTag = /[:@][^/]*$/.test(text);
  if (allTags && hasTag) {
    throw new FlotillaError('cli.usage', `${quote(text)} names a tag, and --all-tags is for all of them`, {
      hint: 'Leave one of the two out.',
    });
  }
  // What is no reference is refused before anything is connected to.
  parseReference(text);
  const reference = hasTag || allTags ? text : `${text}:latest`;
  return withSession(context, { reports: false }, async ({ driver, abort, credentialsFor }) => {
    if (!quiet) {
      if (reference !== text) io.stdout.write('Using default tag: latest\n');
      const { registry, repository } = parseReference(text);
      io.stdout.write(`The push refers to repository [${registry}/${repository}]\n`);
    }
    const credentials = await credentialsFor?.(text);
    const line = quiet || !io.stderr.isTTY ? undefined : progressLine(io.stderr);
    const pushing = driver.pushImage(
      reference,
      {
        allTags,
        ...(credentials === undefined ? {} : { credentials }),
        ...(line === undefined ? {} : { onProgress: line.show }),
      },
      abort,
    );
    const pushed = await pushing.finally(() => line?.clear());
    for (const { reference: name, digest, size } of quiet ? [] : pushed)
      io.stdout.write(`${name.slice(name.lastIndexOf(':') + 1)}: digest: ${digest} size: ${size}\n`);
    if (quiet) io.stdout.write(`${reference}\n`);
    return 0;
  });
}
