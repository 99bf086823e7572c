import type { MachineFacts } from './facts.ts';

/**
 * Words before a runtime's command. crun refuses machines that have control groups of v1 and controllers of v2 besides,
 * so it gets to see a machine without the latter, in a mount namespace of its own. `shared`: mounts of the container shall
 * reach the host, which takes one program more.
 */
export function runtimeWrap(
  { cgroups }: MachineFacts,
  { program, shared }: { readonly program: string; readonly shared: boolean },
): readonly string[] {
  const { unified } = cgroups;
  if (!cgroups.controllersInBoth || unified === undefined || !/(^|\/)crun$/.test(program)) return [];
  const hide = 'umount "$0"; exec "$@"';
  if (!shared) return ['unshare', '-m', '--propagation', 'slave', 'sh', '-c', hide, unified];
  // Or the host would lose its own.
  const first = 'mount --make-private "$(dirname "$0")" && ';
  return ['unshare', '-m', '--propagation', 'unchanged', 'sh', '-c', first + hide, unified];
}
