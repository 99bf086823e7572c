import { unreachable } from '../../../../core/error.ts';
import type { MountSpec } from '../../../../volumes/index.ts';
import { cleanPath } from '../../../clean-path.ts';
import { inheritVolumes } from '../../../inherit-volumes.ts';
import type { HeldMount, MountRequest } from '../../parts.ts';
import type { Context } from '../context.ts';
import { releaseMounts } from '../host-mounts.ts';
import { removeVolume } from '../remove.ts';
import { holdBind } from './bind.ts';
import { holdImage } from './image.ts';
import { holdTmpfs } from './tmpfs.ts';
import { holdVolume } from './volume.ts';

/**
 * The mounts of a container, parents before children. For each target the spec comes first, then other containers'
 * mounts, then the image's volumes. A failure takes back what was made.
 */
export async function holdMounts(
  context: Context,
  request: MountRequest,
  signal: AbortSignal | undefined,
): Promise<readonly HeldMount[]> {
  const held: HeldMount[] = [];
  const made: string[] = [];
  try {
    for (const spec of ordered(wantedMounts(request))) {
      signal?.throwIfAborted();
      held.push(await holdOne(context, request, spec, (name) => made.push(name)));
    }
  } catch (error) {
    await releaseMounts(context, held, { inUse: () => true });
    for (const name of made)
      await removeVolume(context, name, { withUsers: async (remove) => remove(() => false) });
    throw error;
  }
  return ordered([...held, ...takenMounts(request)], ({ oci }) => oci.destination);
}

async function holdOne(
  context: Context,
  request: MountRequest,
  spec: MountSpec,
  made: (name: string) => void,
): Promise<HeldMount> {
  switch (spec.kind) {
    case 'bind':
      return holdBind(spec);
    case 'tmpfs':
      return holdTmpfs(spec);
    case 'image':
      return await holdImage(context, spec, request.id, await request.layersOf(spec.image));
    case 'volume':
      return await holdVolume(context, spec, request, made);
    default:
      return unreachable(spec, 'holdOne');
  }
}

function wantedMounts(request: MountRequest): readonly MountSpec[] {
  const { mounts, inherit, imageVolumes } = request;
  const own = inheritVolumes(mounts, inherit, imageVolumes);
  const taken = new Set([
    ...own.map(({ target }) => cleanPath(target)),
    ...request.taken.flatMap((other) => other.mounts.map(({ oci }) => cleanPath(oci.destination))),
  ]);
  const declared = [...new Set(imageVolumes.map(cleanPath))].filter((target) => !taken.has(target));
  return [
    ...own,
    ...declared.map(
      (target): MountSpec => ({ kind: 'volume', target, readOnly: false, noCopy: false, labels: {} }),
    ),
  ];
}

/** What `volumes_from` brings; files in memory are each container's own. */
function takenMounts({ mounts, taken }: MountRequest): readonly HeldMount[] {
  const targets = new Set(mounts.map(({ target }) => cleanPath(target)));
  return taken.flatMap((other) =>
    other.mounts.flatMap((mount) => {
      const target = cleanPath(mount.oci.destination);
      if (mount.observed.kind === 'tmpfs' || targets.has(target)) return [];
      targets.add(target);
      const guest = withoutOwnership(mount);
      return [other.readOnly ? withoutWriting(guest) : guest];
    }),
  );
}

/** The place for what is written into an image goes with the container that has it first. */
function withoutOwnership({ host, ...mount }: HeldMount): HeldMount {
  return host?.kind === 'volume' ? { ...mount, host } : mount;
}

function withoutWriting(mount: HeldMount): HeldMount {
  const options = [...mount.oci.options.filter((option) => !['rw', 'ro'].includes(option)), 'ro'];
  return { ...mount, oci: { ...mount.oci, options }, readOnly: true };
}

function ordered<Mount>(
  mounts: readonly Mount[],
  targetOf: (mount: Mount) => string = (mount) => (mount as MountSpec).target,
): readonly Mount[] {
  const depth = (mount: Mount): number => cleanPath(targetOf(mount)).split('/').filter(Boolean).length;
  return [...mounts].sort((left, right) => depth(left) - depth(right));
}
