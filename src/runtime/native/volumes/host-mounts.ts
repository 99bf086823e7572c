import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HeldMount, HostMount } from '../parts.ts';
import { mountOverlay } from '../system/overlay.ts';
import type { Context } from './context.ts';
import { isMountPoint, mountVolume } from './local-driver.ts';

const detach = 2;

/** Makes a mount on the host unless it is there; of several callers one makes it. */
export async function mountHost(context: Context, mount: HostMount): Promise<void> {
  await locked(context, async () => {
    if (isMountPoint(mount.target)) return;
    if (mount.kind === 'volume') await mountVolume(mount);
    else mountOverlay(context.libc, mount);
  });
}

export async function reviveMounts(context: Context, mounts: readonly HeldMount[]): Promise<void> {
  for (const { host } of mounts) if (host !== undefined) await mountHost(context, host);
}

/** Mounts of images are one container's; those of volumes are everybody's who has the volume. */
export async function releaseMounts(
  context: Context,
  mounts: readonly Pick<HeldMount, 'host'>[],
  { inUse }: { readonly inUse: (volume: string) => boolean },
): Promise<void> {
  const hosts = mounts.map(({ host }) => host).filter((host) => host !== undefined);
  if (hosts.length === 0) return;
  await locked(context, () => {
    for (const host of hosts) {
      if (host.kind === 'volume' && inUse(host.volume)) continue;
      if (isMountPoint(host.target)) context.libc.unmount(host.target, detach);
      if (host.kind === 'volume') continue;
      for (const folder of [host.target, host.own]) {
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      }
    }
  });
}

async function locked(context: Context, work: () => Promise<void> | void): Promise<void> {
  const folder = join(context.root.volatile, 'volumes');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await context.locks.hold(join(folder, 'mounts.lock'), work);
}
