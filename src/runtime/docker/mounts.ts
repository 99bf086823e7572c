import { FlotillaError } from '../../core/error.ts';
import type { BindMount, ImageMount, MountSpec, TmpfsMount, VolumeMount } from '../../volumes/index.ts';
import type { ApiVersion } from './api-version.ts';
import { list, record } from './fields.ts';
import { requireApi } from './support.ts';

/**
 * The three parts of HostConfig in which a mount can stand. Binds are preferred, as docker compose does: with them the
 * engine makes a missing folder on its host. What they cannot say goes to Mounts. `service` is for messages.
 */
export function mountBodies(
  api: ApiVersion,
  service: string,
  specs: readonly MountSpec[],
): Readonly<Record<string, unknown>> {
  const binds: string[] = [];
  const mounts: unknown[] = [];
  const tmpfs: Record<string, string> = {};
  for (const spec of specs) {
    const field = `services.${service}.volumes (${spec.target})`;
    switch (spec.kind) {
      case 'bind':
        if (fitsBinds(spec)) binds.push(bindText(spec));
        else mounts.push(bindMount(api, spec, field));
        break;
      case 'volume':
        if (spec.name !== undefined && isPlainVolume(spec)) binds.push(volumeText(spec.name, spec));
        else mounts.push(volumeMount(api, spec, field));
        break;
      case 'tmpfs':
        if (spec.options !== undefined) tmpfs[spec.target] = tmpfsOptions(spec);
        else mounts.push(tmpfsMount(spec));
        break;
      case 'image':
        mounts.push(imageMount(api, spec, field));
        break;
    }
  }
  return { ...list('Binds', binds), ...list('Mounts', mounts), ...record('Tmpfs', tmpfs) };
}

function fitsBinds(spec: BindMount): boolean {
  if (!spec.createHostPath || spec.source.includes(':') || spec.target.includes(':')) return false;
  return spec.recursive === undefined || spec.recursive === 'enabled';
}

function bindText(spec: BindMount): string {
  const options = [
    spec.readOnly ? 'ro' : 'rw',
    ...(spec.selinux === undefined ? [] : [spec.selinux]),
    ...(spec.propagation === undefined ? [] : [spec.propagation]),
  ];
  return `${spec.source}:${spec.target}:${options.join(',')}`;
}

function bindMount(api: ApiVersion, spec: BindMount, field: string): unknown {
  if (spec.selinux !== undefined) {
    throw new FlotillaError(
      'engine.capability',
      `the engine cannot honour bind.selinux of ${field} together with create_host_path: false, bind.recursive or a colon in the path`,
      { hint: 'Remove one of the two.' },
    );
  }
  if (spec.recursive === 'writable' || spec.recursive === 'readonly') {
    requireApi(api, 44, `bind.recursive of ${field}`);
  }
  if (spec.createHostPath) requireApi(api, 42, `bind.create_host_path of ${field}`);
  const options = {
    ...(spec.propagation === undefined ? {} : { Propagation: spec.propagation }),
    ...(spec.createHostPath ? { CreateMountpoint: true } : {}),
    ...(spec.recursive === 'disabled' ? { NonRecursive: true } : {}),
    ...(spec.recursive === 'writable' ? { ReadOnlyNonRecursive: true } : {}),
    ...(spec.recursive === 'readonly' ? { ReadOnlyForceRecursive: true } : {}),
  };
  return {
    Type: 'bind',
    Source: spec.source,
    Target: spec.target,
    ReadOnly: spec.readOnly,
    ...(Object.keys(options).length === 0 ? {} : { BindOptions: options }),
  };
}

function isPlainVolume(spec: VolumeMount): boolean {
  return (
    !spec.noCopy &&
    spec.subpath === undefined &&
    spec.driver === undefined &&
    Object.keys(spec.labels).length === 0 &&
    !spec.target.includes(':')
  );
}

function volumeText(name: string, spec: VolumeMount): string {
  return `${name}:${spec.target}:${spec.readOnly ? 'ro' : 'rw'}`;
}

function volumeMount(api: ApiVersion, spec: VolumeMount, field: string): unknown {
  if (spec.subpath !== undefined) requireApi(api, 45, `volume.subpath of ${field}`);
  const options = {
    ...(spec.noCopy ? { NoCopy: true } : {}),
    ...(Object.keys(spec.labels).length === 0 ? {} : { Labels: spec.labels }),
    ...(spec.driver === undefined ? {} : { DriverConfig: { Name: spec.driver } }),
    ...(spec.subpath === undefined ? {} : { Subpath: spec.subpath }),
  };
  return {
    Type: 'volume',
    ...(spec.name === undefined ? {} : { Source: spec.name }),
    Target: spec.target,
    ReadOnly: spec.readOnly,
    ...(Object.keys(options).length === 0 ? {} : { VolumeOptions: options }),
  };
}

function tmpfsOptions(spec: TmpfsMount): string {
  return [
    ...(spec.options ? [spec.options] : []),
    ...(spec.size === undefined ? [] : [`size=${spec.size}`]),
    ...(spec.mode === undefined ? [] : [`mode=${spec.mode.toString(8)}`]),
    ...(spec.readOnly ? ['ro'] : []),
  ].join(',');
}

function tmpfsMount(spec: TmpfsMount): unknown {
  const options = {
    ...(spec.size === undefined ? {} : { SizeBytes: spec.size }),
    ...(spec.mode === undefined ? {} : { Mode: spec.mode }),
  };
  return {
    Type: 'tmpfs',
    Target: spec.target,
    ...(spec.readOnly ? { ReadOnly: true } : {}),
    ...(Object.keys(options).length === 0 ? {} : { TmpfsOptions: options }),
  };
}

function imageMount(api: ApiVersion, spec: ImageMount, field: string): unknown {
  requireApi(api, 48, `type: image of ${field}`);
  return {
    Type: 'image',
    Source: spec.image,
    Target: spec.target,
    ReadOnly: spec.readOnly,
    ...(spec.subpath === undefined ? {} : { ImageOptions: { Subpath: spec.subpath } }),
  };
}
