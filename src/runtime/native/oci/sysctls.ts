import type { ContainerSpec } from '../../spec.ts';
import type { Namespaces } from './input.ts';
import { refuse } from './refuse.ts';

const ofIpc = new Set([
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
]);

/**
 * Kernel settings of the container's own namespaces; one that would change the host's is refused. A container with a
 * network of its own may open low ports and ping as any user, since there the ports are nobody else's.
 */
export function sysctlsOf(spec: ContainerSpec, namespaces: Namespaces): Readonly<Record<string, string>> {
  for (const key of Object.keys(spec.sysctls)) checkSysctl(spec, namespaces, key);
  const ownNetwork = !['host', 'container'].includes(spec.network.kind) && namespaces.network !== 'host';
  const ownName = namespaces.uts === 'new' && spec.domainname !== undefined;
  return {
    ...(ownNetwork
      ? { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' }
      : {}),
    ...(ownName ? { 'kernel.domainname': spec.domainname ?? '' } : {}),
    ...spec.sysctls,
  };
}

function checkSysctl(spec: ContainerSpec, namespaces: Namespaces, key: string): void {
  const name = key.replaceAll('/', '.');
  const field = `services.${spec.service}.sysctls`;
  const is = `sysctl "${name}" is not the container's own`;
  if (name.startsWith('net.')) {
    if (namespaces.network !== 'host') return;
    throw refuse(field, `${is}: it would change the host's network`, 'Remove it, or `network_mode: host`.');
  }
  if (ofIpc.has(name) || name.startsWith('fs.mqueue.')) {
    if (namespaces.ipc !== 'host') return;
    throw refuse(
      field,
      `${is}: it would change the host's memory between processes`,
      'Remove it, or `ipc: host`.',
    );
  }
  if (name === 'kernel.domainname' && namespaces.uts === 'new') return;
  throw refuse(field, `${is}: it holds for the whole machine`, 'Set it on the host.');
}
