import type { FlotillaError } from '../../../core/error.ts';
import type { ImageVerbs, KeptImage } from '../../../runtime/index.ts';
import type { CommandContext } from '../../command.ts';
import type { imageInspectOptions } from '../../commands/image/names.ts';
import type { TemplateValue } from '../../output/template/index.ts';
import { inspectionText } from '../housekeeping/inspection.ts';
import { joined, noSuchImage, withImages } from './with-images.ts';

/** Shows those that are there, and then fails for those that are not, as docker does. */
export async function run(context: CommandContext<typeof imageInspectOptions>): Promise<number> {
  const { options, io } = context;
  return withImages(context, async (images, session) => {
    const found: TemplateValue[] = [];
    const failures: FlotillaError[] = [];
    for (const reference of context.arguments) {
      const image = await session.driver.inspectImage(reference, session.abort);
      if (image === undefined) failures.push(noSuchImage(reference));
      else found.push(await inspected(image, images));
    }
    io.stdout.write(inspectionText(found, options.format));
    const failure = joined(failures);
    if (failure !== undefined) throw failure;
    return 0;
  });
}

/** In docker's fields. */
async function inspected(
  { observed, size, ...image }: KeptImage,
  images: ImageVerbs,
): Promise<TemplateValue> {
  const written = ((await images.configuration(observed.id)) ?? {}) as Readonly<Record<string, unknown>>;
  const { diff_ids: layers = [] } = (written['rootfs'] ?? {}) as { readonly diff_ids?: readonly string[] };
  const history = (written['history'] ?? []) as readonly { readonly comment?: string }[];
  const { taggedAt } = observed;
  return {
    Id: observed.id,
    RepoTags: [...observed.tags],
    RepoDigests: [...observed.repoDigests],
    Parent: '',
    Comment: history.at(-1)?.comment ?? '',
    Created: (written['created'] ?? '') as string,
    DockerVersion: (written['docker_version'] ?? '') as string,
    Author: (written['author'] ?? '') as string,
    Config: (written['config'] ?? {}) as TemplateValue,
    Architecture: image.architecture,
    ...(image.variant === undefined ? {} : { Variant: image.variant }),
    Os: image.os,
    Size: size,
    RootFS: { Type: 'layers', Layers: [...layers] },
    Metadata: {
      LastTagTime: taggedAt === undefined ? '0001-01-01T00:00:00Z' : new Date(taggedAt).toISOString(),
    },
  };
}
