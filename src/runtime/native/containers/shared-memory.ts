import { mkdirSync } from 'node:fs';
import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { Engine } from '../engine.ts';
import { isMounted } from '../system/is-mounted.ts';
import { requireRecord } from './find.ts';
import { volatilePlaces } from './places.ts';
import type { ContainerRecord } from './record.ts';

const defaultSize = 64 * 1024 * 1024;
/** MS_NOSUID, MS_NODEV and MS_NOEXEC of linux/mount.h. */
const flags = 2 | 4 | 8;

/**
 * Where the memory for /dev/shm is on the host, when a container shares it or has another's; undefined for one that has
 * its own. Throws `engine.conflict` when the other one does not share.
 */
export function sharedMemory(engine: Engine, { name, id, spec }: ContainerRecord): string | undefined {
  const { ipc } = spec;
  if (ipc?.kind === 'container') {
    const other = requireRecord(engine.root, ipc.container);
    if (isShareable(other)) return volatilePlaces(engine.root, other.id).shm;
    throw new FlotillaError(
      'engine.conflict',
      `container ${quote(name)} cannot have the memory between processes of container ${quote(other.name)}: that one does not share it`,
      { hint: `Set \`ipc: shareable\` for service ${quote(other.spec.service)}.` },
    );
  }
  if (ipc?.mode !== 'shareable') return undefined;
  const { shm } = volatilePlaces(engine.root, id);
  mkdirSync(shm, { recursive: true });
  if (!isMounted(shm)) {
    engine.libc.mount('shm', shm, 'tmpfs', flags, `mode=1777,size=${spec.shmSize || defaultSize}`);
  }
  return shm;
}

export async function unmountMemory(engine: Engine, id: string): Promise<void> {
  const { shm } = volatilePlaces(engine.root, id);
  if (isMounted(shm)) await engine.libc.unmountAside(shm, detach);
}

const detach = 2;

function isShareable({ spec }: ContainerRecord): boolean {
  return spec.ipc?.kind === 'mode' && spec.ipc.mode === 'shareable';
}
