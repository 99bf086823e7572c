import type { ProjectName, ServiceName } from '../../core/ids.ts';
import { familiar, formatReference, parseReference } from '../../images/index.ts';
import type { KeptImage, ObservedContainer } from '../../runtime/index.ts';
import { listContainers } from './containers.ts';
import type { Session } from './session.ts';

export interface ImagesRequest {
  readonly projectName: ProjectName;
  /** Empty is all. */
  readonly services: ReadonlySet<ServiceName>;
}

/** The image that a container was made from. */
export interface ContainerImage {
  readonly container: ObservedContainer;
  /** Undefined when it was taken away by force. */
  readonly image: KeptImage | undefined;
  /** The name that the container was made with, as docker writes it; absent when the image has lost it. */
  readonly name?: { readonly repository: string; readonly tag?: string };
}

/** The images of a project's containers, running or not, by their labels; in byte order of the containers' names. */
export async function listContainerImages(
  session: Session,
  request: ImagesRequest,
): Promise<readonly ContainerImage[]> {
  const containers = await listContainers(session, { ...request, all: true, oneOffs: true });
  const ids = [...new Set(containers.map(({ imageId }) => imageId))];
  const found = await Promise.all(ids.map((id) => session.driver.inspectImage(id, session.abort)));
  const images = new Map(ids.map((id, index) => [id, found[index]]));
  return containers.map((container) => {
    const image = images.get(container.imageId);
    const name = image === undefined ? undefined : nameOf(container.image, image);
    return { container, image, ...(name === undefined ? {} : { name }) };
  });
}

/** Docker shows the id of an image that has lost its name to a newer one; the native engine remembers what was asked for. */
function nameOf(asked: string, { observed }: KeptImage): ContainerImage['name'] {
  if (/^sha256:[0-9a-f]{64}$/.test(asked)) return undefined;
  const reference = parseReference(asked);
  const full = formatReference(reference);
  const names = [...observed.tags, ...observed.repoDigests];
  if (!names.some((name) => formatReference(parseReference(name)) === full)) return undefined;
  const { registry, repository, tag } = reference;
  return {
    repository: familiar(`${registry}/${repository}`),
    ...(tag === undefined ? {} : { tag }),
  };
}
