import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { ContainerSpec } from '../../spec.ts';
import type { HostDevice, HostDevices } from './input.ts';
import { limitedDisks } from './resources.ts';

/** Terminals, memory and queues that a container has of its own, and what programs of containers leave in /dev. */
const ownPlaces = new Set(
  'pts shm fd mqueue console stdin stdout stderr core .lxc .lxd-mounts .udev'
    .split(' ')
    .map((name) => `/dev/${name}`),
);

/** Looks up the host's device nodes that a spec names. Throws `engine.request` for one that is missing or is none. */
export async function readHostDevices(spec: ContainerSpec): Promise<HostDevices> {
  const [named, disks, all] = await Promise.all([
    Promise.all(spec.devices.map(({ source }) => namedDevices(spec, source))),
    Promise.all(limitedDisks(spec.resources).map(async (path) => [path, await deviceAt(path)] as const)),
    spec.privileged ? devicesBelow('/dev') : [],
  ]);
  return {
    bySource: Object.fromEntries([
      ...disks.map(([path, device]) => [path, device === undefined ? [] : [device]] as const),
      ...named,
    ]),
    all: all.filter(({ path }) => !ownPlaces.has(path)),
  };
}

async function namedDevices(
  spec: ContainerSpec,
  source: string,
): Promise<readonly [string, readonly HostDevice[]]> {
  // A link such as /dev/cdrom stands for what it points to, under its own name.
  const place = await realpath(source).catch(() => source);
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory()) {
    const below = await devicesBelow(place);
    return [source, below.map((device) => ({ ...device, path: source + device.path.slice(place.length) }))];
  }
  const device = found === undefined ? undefined : asDevice(source, found);
  if (device !== undefined) return [source, [device]];
  throw new FlotillaError(
    'engine.request',
    found === undefined
      ? `services.${spec.service}.devices: custom device ${quote(source)}: no such file on this machine`
      : `services.${spec.service}.devices: ${quote(source)} is no device`,
    { hint: 'Load the driver that makes it, or remove the device.' },
  );
}

async function devicesBelow(folder: string): Promise<readonly HostDevice[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly HostDevice[]> => {
      const path = `${folder}/${entry.name}`;
      if (ownPlaces.has(path)) return [];
      if (entry.isDirectory()) return await devicesBelow(path);
      if (!entry.isCharacterDevice() && !entry.isBlockDevice()) return [];
      const device = await deviceAt(path);
      return device === undefined ? [] : [device];
    }),
  );
  return found.flat();
}

async function deviceAt(path: string): Promise<HostDevice | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? undefined : asDevice(path, found);
}

function asDevice(path: string, found: Stats): HostDevice | undefined {
  const type = found.isCharacterDevice()
    ? 'c'
    : found.isBlockDevice()
      ? 'b'
      : found.isFIFO()
        ? 'p'
        : undefined;
  if (type === undefined) return undefined;
  const { rdev, mode, uid, gid } = found;
  return { path, type, ...deviceNumbers(rdev), mode: mode & 0o777, uid, gid };
}

/** Of a `dev_t` as glibc has it: 12 and 20 bits, the upper part of the major number (32 bits on) left out. */
function deviceNumbers(rdev: number): { readonly major: number; readonly minor: number } {
  return { major: (rdev >>> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}
