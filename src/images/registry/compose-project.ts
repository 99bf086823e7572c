import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { tooLarge } from './content.ts';
import type { Descriptor, Manifest } from './manifest.ts';
import { formatReference, type ImageReference } from './reference.ts';
import type { Registry } from './registry.ts';

/** A Compose project that `docker compose publish` has put into a registry. */
export interface PublishedProject {
  /** Of what the reference names. */
  readonly digest: string;
  /** Its files by name, all of one folder; `compose.yaml` is the first of them. */
  files(): Promise<ReadonlyMap<string, Uint8Array>>;
}

const project = 'application/vnd.docker.compose.project';
const composeFile = 'application/vnd.docker.compose.file+yaml';
const envFile = 'application/vnd.docker.compose.envfile';
/** Marks a project where the registry knows no artifact types. */
const emptyConfig = 'application/vnd.docker.compose.config.empty.v1+json';

const largestFile = 8 * 1024 * 1024;
/** All files together; what is kept is written before anybody has looked at it. */
const largestProject = 32 * 1024 * 1024;
const mostLayers = 500;
/** For a project as a whole, however steadily its registry sends: the largest one at 1 Mbit/s. */
const longestMs = 5 * 60 * 1000;
const mainFile = 'compose.yaml';

/**
 * Rejects with `compose.remote` when the reference names something else, such as an image, with `image.too-large` or
 * `image.registry` when it is too much or takes more than `mostMs` milliseconds from now to the last file.
 */
export async function findComposeProject(
  reference: ImageReference,
  registry: Registry,
  signal?: AbortSignal,
  mostMs = longestMs,
): Promise<PublishedProject> {
  const deadline = AbortSignal.timeout(mostMs);
  const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const inTime = <Result>(work: Promise<Result>) =>
    work.catch((thrown: unknown) => {
      throw thrown === deadline.reason ? tooSlow(reference, mostMs) : thrown;
    });
  const { digest, manifest } = await inTime(registry.manifest(reference, either));
  return { digest, files: () => inTime(filesOf(manifest, reference, registry, either)) };
}

async function filesOf(
  manifest: Manifest,
  reference: ImageReference,
  registry: Registry,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const layers = layersOf(await projectIn(manifest, reference, registry, signal), reference);
  const named = layers.flatMap((layer) => {
    const name = nameOf(layer, reference);
    return name === undefined ? [] : [{ name, layer }];
  });
  // None of them turns out larger than it was announced.
  if (named.reduce((sum, { layer }) => sum + layer.size, 0) > largestProject)
    throw tooLarge(quote(formatReference(reference)), largestProject);
  const files = new Map<string, Uint8Array>();
  for (const { name, layer } of named) {
    const content = await registry.blob(reference, layer, largestFile, signal);
    add(files, name, content, layer, reference);
  }
  return files;
}

/** With its images beside it, a project is one entry of a list. */
async function projectIn(
  manifest: Manifest,
  reference: ImageReference,
  registry: Registry,
  signal: AbortSignal | undefined,
): Promise<Manifest> {
  if (manifest.kind === 'image') return manifest;
  const entry = manifest.manifests.find(({ artifactType }) => artifactType === project);
  if (entry === undefined) throw noProject(reference, 'a list of images');
  const { registry: host, repository } = reference;
  return (await registry.manifest({ registry: host, repository, digest: entry.digest }, signal)).manifest;
}

function layersOf(manifest: Manifest, reference: ImageReference): readonly Descriptor[] {
  if (manifest.kind === 'index') throw noProject(reference, 'a list of lists');
  const { artifactType, config, layers } = manifest;
  const isProject = artifactType === undefined ? config.mediaType === emptyConfig : artifactType === project;
  if (!isProject) throw noProject(reference, quote(artifactType ?? config.mediaType));
  if (layers.length > mostLayers) throw noProject(reference, `something with ${layers.length} parts`);
  return layers;
}

/** Under which name a part is kept; undefined for what is no file. */
function nameOf(
  { mediaType, digest, annotations }: Descriptor,
  reference: ImageReference,
): string | undefined {
  if (mediaType !== composeFile && mediaType !== envFile) return undefined;
  if (mediaType === composeFile && annotations['com.docker.compose.extends'] === undefined) return mainFile;
  const name = annotations[mediaType === envFile ? 'com.docker.compose.envfile' : 'com.docker.compose.file'];
  if (name !== undefined && /^[^/\\\u0000-\u001f\u007f]{1,255}$/.test(name) && name !== '.' && name !== '..')
    return name;
  throw new FlotillaError(
    'compose.outside-project',
    `${quote(formatReference(reference))} wants to write its part ${digest} to ${quote(name ?? '')}, which is no file in its folder`,
    { hint: 'Nothing was written. Do not use it before you know who made it.' },
  );
}

/** Several Compose files are documents of one, in their order; an env file has its name to itself. */
function add(
  files: Map<string, Uint8Array>,
  name: string,
  content: Uint8Array,
  { mediaType }: Descriptor,
  reference: ImageReference,
): void {
  const before = files.get(name);
  if (before === undefined) files.set(name, content);
  else if (mediaType === composeFile)
    files.set(name, Buffer.concat([before, Buffer.from('\n---\n'), content]));
  else throw noProject(reference, `something that has ${quote(name)} twice`);
}

function tooSlow(reference: ImageReference, mostMs: number): FlotillaError {
  return new FlotillaError(
    'image.registry',
    `${quote(formatReference(reference))} did not arrive within ${mostMs / 1000} seconds`,
    { hint: 'Try again; if it stays so, ask who runs the registry.', retryable: true },
  );
}

function noProject(reference: ImageReference, found: string): FlotillaError {
  return new FlotillaError(
    'compose.remote',
    `${quote(formatReference(reference))} is not a compose project OCI artifact, but ${found}`,
    {
      hint: '`oci://` is for what `docker compose publish` has made. An image belongs to a service of a Compose file.',
    },
  );
}
