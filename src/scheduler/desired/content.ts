import { createHash } from 'node:crypto';
import type { FileContents, ModelPath, Project, Service } from '../../compose/index.ts';
import { type Delivery, type DeliveryWay, deliveries } from './deliveries.ts';

/** Digests of what configs and secrets contain, by `secrets.token`. */
export type ContentDigests = Readonly<Record<string, string>>;

/** A config or secret whose content is another one than a container was told. */
export interface ContentChange {
  /** `secrets.token` */
  readonly path: string;
  /** Where its content, or the file of it, is named: `['secrets', 'token', 'file']`. */
  readonly place: ModelPath;
  readonly way: DeliveryWay;
  /** Absolute path in the container. */
  readonly target: string;
}

/**
 * What a service's configs and secrets contain now, as the label that Flotilla keeps on its containers: docker
 * compose's hash covers only their names. Salted, so that equal secrets of two services do not look equal, and short; a
 * weak password can still be guessed from it, as from the config hash. Undefined when there is nothing to tell.
 */
export function contentDigests(
  project: Project,
  service: Service,
  contents?: FileContents,
): ContentDigests | undefined {
  const digests = deliveries(project, service, contents).flatMap((delivery) =>
    delivery.content === undefined
      ? []
      : [[pathOf(delivery), digest(project, service, delivery, delivery.content)] as const],
  );
  return digests.length === 0 ? undefined : Object.fromEntries(digests);
}

/** Which contents changed since a container was told `digests`; what only one side knows is no change of content. */
export function contentChanges(
  digests: ContentDigests,
  project: Project,
  service: Service,
  contents?: FileContents,
): readonly ContentChange[] {
  const seen = new Set<string>();
  return deliveries(project, service, contents).flatMap((delivery) => {
    const path = pathOf(delivery);
    const known = Object.hasOwn(digests, path) ? digests[path] : undefined;
    if (known === undefined || delivery.content === undefined || seen.has(path)) return [];
    if (known === digest(project, service, delivery, delivery.content)) return [];
    seen.add(path);
    const { object, kind, name, way, target } = delivery;
    const source =
      object.file !== undefined ? 'file' : object.content !== undefined ? 'content' : 'environment';
    return [{ path, place: [kind, name, source], way, target }];
  });
}

/** Undefined for what is no such label. */
export function parseContentDigests(label: string | undefined): ContentDigests | undefined {
  if (label === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(label);
    return typeof parsed === 'object' && parsed !== null ? (parsed as ContentDigests) : undefined;
  } catch {
    return undefined;
  }
}

function pathOf({ kind, name }: Delivery): string {
  return `${kind}.${name}`;
}

function digest(
  project: Project,
  service: Service,
  delivery: Delivery,
  content: string | Uint8Array,
): string {
  return createHash('sha256')
    .update(`${project.name}/${service.name}\0${pathOf(delivery)}\0`)
    .update(content)
    .digest('hex')
    .slice(0, 12);
}
