import type { ServiceName } from '../../core/ids.ts';
import { checkServiceNames, listContainerImages } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { imagesOptions } from '../commands/images.ts';
import { loadOrName } from '../load.ts';
import { containerImageIds, containerImagesJson, containerImagesTable } from '../output/container-images.ts';
import { withSession } from '../session.ts';

export async function run(context: CommandContext<typeof imagesOptions>): Promise<number> {
  const { options, io, arguments: names } = context;
  const { project, projectName } = await loadOrName(context);
  checkServiceNames(project, names);
  return withSession(context, { reports: false }, async (session) => {
    const services = new Set(names as readonly ServiceName[]);
    const listed = await listContainerImages(session, { projectName, services });
    if (options.quiet) io.stdout.write(containerImageIds(listed));
    else if (options.format === 'json') io.stdout.write(containerImagesJson(listed));
    else io.stdout.write(containerImagesTable(listed, session.clock.now()));
    return 0;
  });
}
