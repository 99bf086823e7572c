import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FlotillaError, messageOf } from '../../../../core/error.ts';
import type { BindMount } from '../../../../volumes/index.ts';
import { type MountPoint, mountPoints, refuse } from '../../oci/index.ts';
import type { HeldMount } from '../../parts.ts';
import { makeOpenFolder } from '../../system/open-to-all.ts';

const propagations = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'];

/**
 * A folder or file of the host. SELinux labels (`selinux: z`) are not set: containers of this engine have none that they
 * could be compared with.
 */
export function holdBind(spec: BindMount): HeldMount {
  const { source, target, readOnly, createHostPath, recursive } = spec;
  const propagation = spec.propagation || 'rprivate';
  const field = `bind mount ${JSON.stringify(target)}`;
  if (!propagations.includes(propagation)) {
    throw refuse(
      field,
      `${JSON.stringify(propagation)} is no propagation`,
      `Use ${propagations.join(', ')}.`,
    );
  }
  try {
    if (!isThere(source)) {
      if (!createHostPath) throw missing(field, source);
      makeFolder(source);
    }
  } catch (error) {
    throw error instanceof FlotillaError ? error : cannotMake(field, source, error);
  }
  checkPropagation(field, source, propagation);
  // crun takes a recursive propagation for a recursive mount.
  const options = recursive === 'disabled' ? ['bind', propagation.replace(/^r/, '')] : ['rbind', propagation];
  return {
    oci: { destination: target, type: 'bind', source, options: [...options, writeOption(spec)] },
    observed: { kind: 'bind', source, target },
    readOnly,
    anonymous: false,
  };
}

function missing(field: string, source: string): FlotillaError {
  return new FlotillaError('engine.request', `${field}: bind source path does not exist: ${source}`, {
    hint: 'Create it first, or leave `create_host_path` at true, which makes an empty folder.',
  });
}

function cannotMake(field: string, source: string, error: unknown): FlotillaError {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? messageOf(error);
  const message = `${field}: cannot create bind source path ${source}: ${reason}`;
  return new FlotillaError('engine.request', message, {
    hint: 'Create the folder yourself, or name one that is there.',
    cause: error,
  });
}

/**
 * The folder and what is missing above it. Node's own way there says ENOENT where the system says that a parent cannot be
 * written to, and never ends in /proc, where the system says ENOENT.
 */
function makeFolder(folder: string): void {
  const parent = dirname(folder);
  if (!isThere(parent)) makeFolder(parent);
  try {
    makeOpenFolder(folder);
  } catch (error) {
    // Somebody else may have made it just now; a link to nothing is in the way.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isThere(folder)) throw error;
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'a link to nothing is in its place',
  ENAMETOOLONG: 'file name too long',
  ENOENT: 'no folder can be created there',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
};

/**
 * `rro` makes what is mounted below read-only, too, where the kernel can (5.12). Below a file there is nothing, and crun
 * takes only folders for it.
 */
function writeOption({ source, readOnly, recursive }: BindMount): string {
  if (!readOnly) return 'rw';
  if (!statSync(source).isDirectory()) return 'ro';
  return recursive === 'writable' || recursive === 'disabled' ? 'ro' : 'rro';
}

/** What is mounted inside can only reach the host, or the other way, through a mount that shares. */
function checkPropagation(field: string, source: string, propagation: string): void {
  const shared = propagation.endsWith('shared');
  if (!shared && !propagation.endsWith('slave')) return;
  const mount = mountAbove(mountPoints(readFileSync('/proc/self/mountinfo', 'utf8')), source);
  if (mount?.shared || (mount?.slave && !shared)) return;
  throw refuse(
    field,
    `${source} is on the mount ${mount?.path ?? '/'}, which is not ${shared ? 'a shared one' : 'a shared or slave one'}`,
    `Make it one with \`mount --make-shared ${mount?.path ?? '/'}\`, or remove the propagation.`,
  );
}

function mountAbove(points: readonly MountPoint[], path: string): MountPoint | undefined {
  const above = points.filter(
    (point) => path === point.path || path.startsWith(`${point.path === '/' ? '' : point.path}/`),
  );
  // Later ones cover earlier ones.
  return above.reduce<MountPoint | undefined>(
    (best, point) => (best === undefined || point.path.length >= best.path.length ? point : best),
    undefined,
  );
}
