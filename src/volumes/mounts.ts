import type { Project, Service, ServiceVolume } from '../compose/index.ts';
import { unreachable } from '../core/error.ts';
import type { MountSpec } from './spec.ts';

/** The mounts of a service's containers: `volumes` in the file's order, then `tmpfs`. */
export function serviceMounts(project: Project, service: Service): readonly MountSpec[] {
  return [
    ...(service.volumes ?? []).map((volume) => mountOf(project, service, volume)),
    ...(service.tmpfs ?? []).map(tmpfsMount),
  ];
}

function mountOf(project: Project, service: Service, volume: ServiceVolume): MountSpec {
  const readOnly = volume.read_only ?? false;
  const { target } = volume;
  switch (volume.type) {
    case 'bind':
      return {
        kind: 'bind',
        source: volume.source ?? '',
        target,
        readOnly,
        createHostPath: volume.bind?.create_host_path ?? true,
        ...(volume.bind?.propagation === undefined ? {} : { propagation: volume.bind.propagation }),
        ...(volume.bind?.selinux === undefined ? {} : { selinux: volume.bind.selinux }),
        ...(volume.bind?.recursive === undefined ? {} : { recursive: volume.bind.recursive }),
      };
    case 'volume':
      return {
        kind: 'volume',
        ...(volume.source === undefined
          ? {}
          : { name: project.volumes.get(volume.source)?.name ?? volume.source }),
        target,
        readOnly,
        noCopy: volume.volume?.nocopy ?? false,
        labels: Object.fromEntries(volume.volume?.labels ?? []),
        ...(volume.volume?.subpath === undefined ? {} : { subpath: volume.volume.subpath }),
        ...(volume.source === undefined && service.volume_driver !== undefined
          ? { driver: service.volume_driver }
          : {}),
      };
    case 'tmpfs':
      return {
        kind: 'tmpfs',
        target,
        readOnly,
        ...(volume.tmpfs?.size === undefined ? {} : { size: volume.tmpfs.size }),
        ...(volume.tmpfs?.mode === undefined ? {} : { mode: volume.tmpfs.mode }),
      };
    case 'image':
      return {
        kind: 'image',
        image: volume.source ?? '',
        target,
        readOnly,
        ...(volume.image?.subpath === undefined ? {} : { subpath: volume.image.subpath }),
      };
    case 'npipe':
    case 'cluster':
      // The support check of the desired state has refused these with their position.
      throw new Error(`bug in Flotilla: a ${volume.type} mount reached the mount policy`);
    default:
      return unreachable(volume.type, 'mountOf');
  }
}

/** `/run` or `/run:size=64m,mode=1777`; options, even empty ones, tell it from a long form of `volumes`. */
function tmpfsMount(entry: string): MountSpec {
  const colon = entry.indexOf(':');
  const [target, options] = colon < 0 ? [entry, ''] : [entry.slice(0, colon), entry.slice(colon + 1)];
  return { kind: 'tmpfs', target, readOnly: false, options };
}
