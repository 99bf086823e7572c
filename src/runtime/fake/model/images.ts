import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { EngineState, FakeFile, FakeImage } from './state.ts';
import { idOf, withEntry, withoutEntry } from './transition.ts';

/** An image as tests describe it; what is left out gets a value that changes nothing. */
export interface ImageDescription {
  /** `redis:7`, or a whole `repository@sha256:…`. */
  readonly reference: string;
  /** Content id; derived from the reference unless given. Two of the same reference differ by it. */
  readonly id?: string;
  /** Paths declared as VOLUME. */
  readonly volumes?: readonly string[];
  readonly hasHealthcheck?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  /** `KEY=value`. */
  readonly environment?: readonly string[];
  /** `80/tcp`. */
  readonly exposes?: readonly string[];
  /** Text by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Size of every fake image. */
export const imageBytes = 1_000_000;

export function describeImage(description: string | ImageDescription): FakeImage {
  const given = typeof description === 'string' ? { reference: description } : description;
  const id = given.id ?? `sha256:${idOf('image', fullReference(given.reference))}`;
  const name = given.reference;
  const repository = fullReference(name).replace(/@.*$|:[^:/]*$/, '');
  const files = Object.entries(given.files ?? {}).map(([path, text]): [string, FakeFile] => [
    path,
    { content: Buffer.from(text), mode: 0o644, uid: 0, gid: 0 },
  ]);
  return {
    reference: fullReference(name),
    id,
    digest: id,
    tags: name.includes('@') ? [] : [familiarTag(name)],
    repoDigests: [`${repository.replace(/^docker\.io\/(library\/)?/, '')}@sha256:${idOf('manifest', id)}`],
    volumes: given.volumes ?? [],
    hasHealthcheck: given.hasHealthcheck ?? false,
    labels: given.labels ?? {},
    command: given.command ?? [],
    entrypoint: given.entrypoint ?? [],
    environment: given.environment ?? [],
    exposes: given.exposes ?? [],
    files: new Map(files),
  };
}

/** By reference, long or short, or by id. */
export function findImage(state: EngineState, reference: string): FakeImage | undefined {
  const listed =
    state.images.get(fullReference(reference)) ??
    [...state.images.values()].find(
      (image) => image.id === reference || image.repoDigests.includes(reference),
    );
  if (listed !== undefined || !state.everyImage || reference.startsWith('sha256:')) return listed;
  return describeImage(reference);
}

export function requireImage(state: EngineState, reference: string): FakeImage {
  const image = findImage(state, reference);
  if (image !== undefined) return image;
  throw new FlotillaError('image.not-found', `no such image: ${quote(reference)}`);
}

export function addImage(state: EngineState, image: FakeImage): EngineState {
  return { ...state, images: withEntry(state.images, image.reference, image) };
}

/** Succeeds for a missing image; refuses one that a container, running or not, was made from. */
export function removeImage(state: EngineState, reference: string): EngineState {
  const image = findImage(state, reference);
  if (image === undefined) return state;
  const user = [...state.containers.values()].find((container) => container.imageId === image.id);
  if (user !== undefined) {
    throw new FlotillaError(
      'engine.conflict',
      `cannot remove image ${quote(reference)}: container ${quote(user.name)} uses it`,
    );
  }
  const images = withoutEntry(state.images, image.reference);
  return { ...state, images };
}

function fullReference(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = hasHost ? reference : `docker.io/${rest.length === 0 ? 'library/' : ''}${reference}`;
  return /@|:[^/]*$/.test(path) ? path : `${path}:latest`;
}

function familiarTag(reference: string): string {
  return fullReference(reference).replace(/^docker\.io\/(library\/)?/, '');
}
