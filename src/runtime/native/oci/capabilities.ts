import type { ContainerSpec } from '../../spec.ts';
import type { OciProcess } from './config.ts';
import type { MachineFacts } from './machine/facts.ts';
import { refuse } from './refuse.ts';

/** linux/capability.h, in the kernel's order: a capability's number is its place. */
export const capabilityNames: readonly string[] = [
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE',
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN',
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE',
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE',
].flatMap((line) => line.split(' ').map((name) => `CAP_${name}`));

/** What a container has unless the file says otherwise: enough for what images do, nothing that reaches the machine. */
const usualCapabilities: ReadonlySet<string> = new Set(
  'CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP'
    .split(' ')
    .map((name) => `CAP_${name}`),
);

/**
 * The capabilities of a container, in the kernel's order. `ALL` of one list is reduced by the other one. Throws
 * `engine.request` for names that are none, or that this machine cannot give.
 */
export function capabilitiesOf(spec: ContainerSpec, machine: MachineFacts): readonly string[] {
  const available = allCapabilities(machine);
  if (spec.privileged) return available;
  const added = named(spec, 'cap_add', spec.capAdd);
  const dropped = named(spec, 'cap_drop', spec.capDrop);
  for (const name of added) {
    if (name === 'ALL' || available.includes(name)) continue;
    throw refuse(
      `services.${spec.service}.cap_add`,
      `this machine cannot give ${name}: the engine does not have it itself`,
      'Remove it, or run the engine with that capability.',
    );
  }
  return available.filter((name) => {
    if (added.has('ALL')) return !dropped.has(name);
    if (dropped.has('ALL')) return added.has(name);
    return added.has(name) || (usualCapabilities.has(name) && !dropped.has(name));
  });
}

function named(spec: ContainerSpec, key: string, words: readonly string[]): ReadonlySet<string> {
  return new Set(
    words.map((word) => {
      const upper = word.toUpperCase();
      if (upper === 'ALL' || upper === 'CAP_ALL') return 'ALL';
      const name = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
      if (capabilityNames.includes(name)) return name;
      throw refuse(`services.${spec.service}.${key}`, `"${word}" is no capability of Linux`);
    }),
  );
}

/** What this machine can give at most: a privileged container and a privileged `exec` have it. */
export function allCapabilities({ capabilities }: MachineFacts): readonly string[] {
  return capabilityNames.filter((name) => capabilities.includes(name));
}

/** A user other than root only gets what programs with file capabilities ask for, so nothing is effective or ambient. */
export function capabilitySets(names: readonly string[], uid: number): OciProcess['capabilities'] {
  const active = uid === 0 ? names : [];
  return { bounding: names, effective: active, permitted: active, inheritable: [], ambient: [] };
}
