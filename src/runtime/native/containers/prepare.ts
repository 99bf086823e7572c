import { writeFileSync } from 'node:fs';
import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { InheritableVolume } from '../../../volumes/index.ts';
import type { CreateOptions, EngineNote } from '../../driver.ts';
import type { Engine } from '../engine.ts';
import { configText, readHostDevices, resolveIdentity, runtimeConfig } from '../oci/index.ts';
import type { HeldMount, StoredImage } from '../parts.ts';
import { isMounted } from '../system/is-mounted.ts';
import { readInRoot } from '../system/read-in-root.ts';
import { writeJsonAhead } from '../system/write-whole.ts';
import { requireRecord } from './find.ts';
import { joinNamespaces, plumb, writeNameFiles } from './namespaces.ts';
import { cgroupsPath, lastingPlaces, volatilePlaces } from './places.ts';
import { type ContainerRecord, isMade, readHeld } from './record.ts';
import { mountRoot } from './root-file-system.ts';
import { isRunning, lifeOf } from './run.ts';
import { sharedMemory } from './shared-memory.ts';

export interface Preparation {
  readonly image: StoredImage;
  readonly inherit: readonly InheritableVolume[];
  readonly onNote?: CreateOptions['onNote'];
}

/** Makes all that a new container needs but its process: root, mounts, network, files, configuration. */
export async function prepareContainer(
  engine: Engine,
  record: ContainerRecord,
  { image, inherit, onNote }: Preparation,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { rootfs } = volatilePlaces(engine.root, record.id);
  mountRoot(engine, record.id, image.layers);
  const { held: file, record: known } = lastingPlaces(engine.root, record.id);
  const holding = engine.parts.volumes
    .hold(
      {
        id: record.id,
        project: record.spec.project,
        mounts: record.spec.mounts,
        imageVolumes: record.image.config.volumes,
        inherit,
        taken: takenMounts(engine, record),
        rootfs,
        layersOf: (reference) => layersOf(engine, reference),
      },
      signal,
    )
    .then(async (held) => ({ held, note: await writeJsonAhead(file, held, [known]) }));
  const [holds, plumbing] = await Promise.allSettled([holding, plumb(engine, record, signal)]);
  if (holds.status === 'rejected') throw holds.reason;
  const { held, note } = holds.value;
  // Also when the network failed: what is held has to be given back.
  note.publish();
  if (plumbing.status === 'rejected') throw plumbing.reason;
  for (const words of await configure(engine, record, held, plumbing.value)) onNote?.(toNote(record, words));
}

/** Makes again what a start needs and a reboot, or the end of another container, has taken away. */
export async function reviveContainer(
  engine: Engine,
  record: ContainerRecord,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!isMade(engine.root, record.id)) throw unfinished(record);
  const held = readHeld(engine.root, record.id);
  await reviveRoot(engine, record);
  const [plumbing] = await Promise.all([plumb(engine, record, signal), engine.parts.volumes.revive(held)]);
  await configure(engine, record, held, plumbing);
}

/** Lays a container's layers over one another again where a reboot has taken them apart. */
export async function reviveRoot(engine: Engine, record: ContainerRecord): Promise<void> {
  if (isMounted(volatilePlaces(engine.root, record.id).rootfs)) return;
  const image = await engine.parts.images.find(record.image.id);
  if (image === undefined) throw missingImage(record);
  mountRoot(engine, record.id, image.layers);
}

/** The same for who reaches into the files of a container that does not run. */
export async function reviveFiles(engine: Engine, record: ContainerRecord): Promise<void> {
  if (isRunning(lifeOf(engine, record.id))) return;
  // That its root is there does not say that its volumes are: an export needs only the root.
  await reviveRoot(engine, record);
  await engine.parts.volumes.revive(readHeld(engine.root, record.id));
}

async function configure(
  engine: Engine,
  record: ContainerRecord,
  held: readonly HeldMount[],
  plumbing: Awaited<ReturnType<typeof plumb>>,
): Promise<readonly string[]> {
  const { spec, image, id } = record;
  const places = volatilePlaces(engine.root, id);
  const { rootfs } = places;
  const read = (path: string): string => readInRoot(engine.libc, rootfs, path);
  const identity = resolveIdentity(
    { service: spec.service, user: spec.user ?? image.config.user ?? '', groupAdd: spec.groupAdd },
    { passwd: read('/etc/passwd'), group: read('/etc/group') },
  );
  const namespaces = joinNamespaces(engine, record, plumbing);
  const { hostname, files } = await writeNameFiles(engine, record, plumbing);
  const shm = sharedMemory(engine, record);
  const { config, notes } = runtimeConfig({
    spec,
    image: image.config,
    identity,
    rootfs,
    mounts: held,
    namespaces,
    files: { ...files, ...(shm === undefined ? {} : { shm }) },
    hostname,
    cgroupsPath: cgroupsPath(engine.root, record),
    machine: engine.machine,
    devices: await readHostDevices(spec),
  });
  writeFileSync(places.config, configText(await engine.seccomp.compiled(config)), { mode: 0o600 });
  return notes;
}

/** Notes begin with the field: `services.web.ulimits.nofile: …`. */
function toNote({ spec }: ContainerRecord, message: string): EngineNote {
  const [field = ''] = message.slice(`services.${spec.service}.`.length).split(':');
  return { path: field.split('.'), message };
}

function takenMounts(engine: Engine, { spec }: ContainerRecord) {
  return spec.volumesFrom.map((entry) => {
    const [ref = '', mode] = entry.split(':');
    const other = requireRecord(engine.root, ref);
    return { mounts: readHeld(engine.root, other.id), readOnly: mode === 'ro' };
  });
}

async function layersOf(engine: Engine, reference: string): Promise<readonly string[]> {
  const image = await engine.parts.images.find(reference);
  if (image !== undefined) return image.layers;
  throw new FlotillaError('image.not-found', `there is no image ${quote(reference)} on this machine`);
}

function unfinished({ name }: ContainerRecord): FlotillaError {
  return new FlotillaError('engine.conflict', `container ${quote(name)} was never made to its end`, {
    hint: 'Remove it, or run `flotilla up`, which makes it anew.',
  });
}

function missingImage({ name, spec }: ContainerRecord): FlotillaError {
  return new FlotillaError(
    'image.not-found',
    `the image of container ${quote(name)}, ${quote(spec.image)}, is not on this machine any more`,
    { hint: 'Make the container anew with `flotilla up --force-recreate`.' },
  );
}
