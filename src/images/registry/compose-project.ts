import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { Registry } from './client.ts';
import type { Descriptor, Manifest } from './manifest.ts';
import { formatReference, type ImageReference } from './reference.ts';

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
const mostLayers = 500;
const mainFile = 'compose.yaml';

/** Rejects with `compose.remote` when the reference names something else, such as an image. */
export async function findComposeProject(
  reference: ImageReference,
  registry: Registry,
  signal?: AbortSignal,
): Promise<PublishedProject> {
  const { digest, manifest } = await registry.manifest(reference, signal);
  return {
    digest,
    async files() {
      const layers = layersOf(await projectIn(manifest, reference, registry, signal), reference);
      const files = new Map<string, Uint8Array>();
      for (const layer of layers) {
        const name = nameOf(layer, reference);
        if (name === undefined) continue;
        const content = await registry.blob(reference, layer, largestFile, signal);
        add(files, name, content, layer, reference);
      }
      return files;
    },
  };
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

function noProject(reference: ImageReference, found: string): FlotillaError {
  return new FlotillaError(
    'compose.remote',
    `${quote(formatReference(reference))} is not a compose project OCI artifact, but ${found}`,
    {
      hint: '`oci://` is for what `docker compose publish` has made. An image belongs to a service of a Compose file.',
    },
  );
}
