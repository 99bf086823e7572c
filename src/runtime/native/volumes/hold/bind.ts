import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { FlotillaError } from '../../../../core/error.ts';
import type { BindMount } from '../../../../volumes/index.ts';
import { type MountPoint, mountPoints, refuse } from '../../oci/index.ts';
import type { HeldMount } from '../../parts.ts';

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
  if (statSync(source, { throwIfNoEntry: false }) === undefined) {
    if (!createHostPath) {
      throw new FlotillaError('engine.request', `${field}: bind source path does not exist: ${source}`, {
        hint: 'Create it first, or leave `create_host_path` at true, which makes an empty folder.',
      });
    }
    mkdirSync(source, { recursive: true, mode: 0o755 });
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
