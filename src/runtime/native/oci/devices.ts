import type { ContainerSpec } from '../../spec.ts';
import type { OciDevice, OciDeviceRule } from './config.ts';
import type { HostDevice, HostDevices } from './input.ts';
import { refuse } from './refuse.ts';

interface Devices {
  readonly devices: readonly OciDevice[];
  readonly rules: readonly OciDeviceRule[];
}

/** null, zero, full, random, urandom, tty, and the multiplexer and the ends of pseudo terminals. */
const usual: readonly (readonly [number, number | undefined])[] = [
  [1, 3],
  [1, 5],
  [1, 7],
  [1, 8],
  [1, 9],
  [5, 0],
  [5, 1],
  [5, 2],
  [136, undefined],
];

/** All nodes may be made (mknod), but only the harmless ones be used, and those that the spec names. */
const usualRules: readonly OciDeviceRule[] = [
  { allow: false, access: 'rwm' },
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  ...usual.map(
    ([major, minor]): OciDeviceRule => ({
      allow: true,
      type: 'c',
      major,
      ...(minor === undefined ? {} : { minor }),
      access: 'rwm',
    }),
  ),
];

export function devicesOf(spec: ContainerSpec, host: HostDevices): Devices {
  const named = spec.devices.flatMap(({ source, target, permissions }) => {
    const found = host.bySource[source] ?? [];
    return found.map((device) => ({
      device: ociDevice({ ...device, path: inContainer(device.path, source, target, found.length > 1) }),
      access: permissions || 'rwm',
    }));
  });
  if (spec.privileged) {
    const own = new Set(named.map(({ device }) => device.path));
    const others = host.all.filter(({ path }) => !own.has(path)).map(ociDevice);
    return {
      devices: [...others, ...named.map(({ device }) => device)],
      rules: [{ allow: true, access: 'rwm' }],
    };
  }
  return {
    devices: named.map(({ device }) => device),
    rules: [
      ...usualRules,
      ...named
        // A pipe is no device to control groups.
        .filter(({ device }) => device.type !== 'p')
        .map(({ device: { type, major, minor }, access }) => ({ allow: true, type, major, minor, access })),
      ...spec.deviceCgroupRules.map((rule) => parseRule(spec, rule)),
    ],
  };
}

function ociDevice({ path, type, major, minor, mode, uid, gid }: HostDevice): OciDevice {
  return { path, type, major, minor, fileMode: mode, uid, gid };
}

/** A folder's devices keep their places below it. */
function inContainer(path: string, source: string, target: string, isFolder: boolean): string {
  if (!isFolder && path === source) return target;
  return path.startsWith(`${source}/`) ? `${target}${path.slice(source.length)}` : target;
}

/** `c 42:* rmw`, as the kernel's documentation of the devices control group has it. */
function parseRule(spec: ContainerSpec, text: string): OciDeviceRule {
  const match = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/.exec(text);
  if (match === null) {
    throw refuse(
      `services.${spec.service}.device_cgroup_rules`,
      `"${text}" is no rule`,
      'Write it as `c 1:3 rwm`: type, major:minor (or *), and what may be done.',
    );
  }
  const [, type = 'a', major = '*', minor = '*', access = ''] = match;
  return {
    allow: true,
    type,
    ...(major === '*' ? {} : { major: Number(major) }),
    ...(minor === '*' ? {} : { minor: Number(minor) }),
    access,
  };
}
