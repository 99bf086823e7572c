import { quote } from '../../../core/text.ts';
import type { ContainerSpec } from '../../spec.ts';
import type { OciSeccomp } from './config.ts';
import type { MachineFacts } from './machine/facts.ts';
import { cannotHonour, refuse } from './refuse.ts';
import { parsePolicy } from './seccomp/parse.ts';
import { defaultPolicy } from './seccomp/policy.ts';
import { resolvePolicy } from './seccomp/resolve.ts';

export interface Security {
  readonly noNewPrivileges: boolean;
  readonly apparmorProfile?: string;
  readonly seccomp?: OciSeccomp;
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  readonly writableCgroups: boolean;
}

interface Options {
  readonly noNewPrivileges: boolean;
  /** `unconfined`, or a policy as JSON; absent: the engine's. */
  readonly seccomp?: string;
  readonly apparmor?: string;
  readonly plainPaths: boolean;
  readonly writableCgroups: boolean;
}

/** What containers must not see of the kernel: secrets of the hardware, and files that tell of other processes. */
const maskedPaths = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
];
/** Through these one can change the machine. */
const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** The engine's protections, less what `privileged` and `security_opt` take away. */
export function securityOf(
  spec: ContainerSpec,
  capabilities: readonly string[],
  machine: MachineFacts,
  note: (text: string) => void,
): Security {
  const options = readOptions(spec, machine, note);
  const open = spec.privileged || options.plainPaths;
  const seccomp = seccompOf(spec, options, capabilities, machine);
  return {
    noNewPrivileges: options.noNewPrivileges,
    ...(options.apparmor === undefined ? {} : { apparmorProfile: options.apparmor }),
    ...(seccomp === undefined ? {} : { seccomp }),
    maskedPaths: open ? [] : maskedPaths,
    readonlyPaths: open ? [] : readonlyPaths,
    writableCgroups: spec.privileged || options.writableCgroups,
  };
}

function seccompOf(
  spec: ContainerSpec,
  { seccomp }: Options,
  capabilities: readonly string[],
  { architecture, kernel }: MachineFacts,
): OciSeccomp | undefined {
  if (seccomp === 'unconfined' || (seccomp === undefined && spec.privileged)) return undefined;
  const policy =
    seccomp === undefined ? defaultPolicy : parsePolicy(seccomp, `services.${spec.service}.security_opt`);
  return resolvePolicy(policy, { architecture, kernel, capabilities });
}

function readOptions(spec: ContainerSpec, machine: MachineFacts, note: (text: string) => void): Options {
  const field = `services.${spec.service}.security_opt`;
  let options: Options = { noNewPrivileges: false, plainPaths: false, writableCgroups: false };
  for (const option of spec.securityOptions) {
    const [, name = '', value] = /^([a-z-]+)(?:[=:]([\s\S]*))?$/.exec(option) ?? [];
    switch (name) {
      case 'no-new-privileges':
        options = { ...options, noNewPrivileges: asBoolean(field, option, value) };
        break;
      case 'writable-cgroups':
        options = { ...options, writableCgroups: asBoolean(field, option, value) };
        break;
      case 'seccomp':
        // `builtin` is how a file asks for the engine's own policy.
        if (value !== undefined && value !== 'builtin') options = { ...options, seccomp: value };
        break;
      case 'systempaths':
        if (value !== 'unconfined') throw unknownOption(field, option);
        options = { ...options, plainPaths: true };
        break;
      case 'apparmor':
        if (value === undefined) throw unknownOption(field, option);
        if (machine.apparmor && value !== 'unconfined') options = { ...options, apparmor: value };
        else if (value !== 'unconfined')
          note(`${field}: ${option} has no effect, as this machine has no AppArmor`);
        break;
      case 'label':
        checkLabel(field, value ?? '', machine, note);
        break;
      default:
        throw unknownOption(field, option);
    }
  }
  return options;
}

function checkLabel(field: string, value: string, machine: MachineFacts, note: (text: string) => void): void {
  if (!/^(disable|nested|(user|role|type|level|filetype):.+)$/.test(value)) {
    throw unknownOption(field, `label:${value}`);
  }
  if (value === 'disable') return;
  if (machine.selinux)
    throw cannotHonour(`${field} (label:${value})`, 'it gives containers no SELinux labels');
  note(`${field}: label:${value} has no effect, as this machine has no SELinux`);
}

function asBoolean(field: string, option: string, value: string | undefined): boolean {
  if (value === undefined || value === 'true') return true;
  if (value === 'false') return false;
  throw unknownOption(field, option);
}

function unknownOption(field: string, option: string): Error {
  return refuse(
    field,
    `${quote(option)} is no security option`,
    'Known are no-new-privileges, seccomp, apparmor, label, systempaths and writable-cgroups.',
  );
}
