import type { ContainerSpec } from '../../spec.ts';
import { capabilitiesOf, capabilitySets } from './capabilities.ts';
import { commandOf, environmentOf } from './command.ts';
import type { OciProcess } from './config.ts';
import { devicesOf } from './devices.ts';
import type { RuntimeConfig, RuntimeConfigInput } from './input.ts';
import type { MachineFacts } from './machine/facts.ts';
import { initPath, mountsOf } from './mounts.ts';
import { namespaceList } from './namespaces.ts';
import { cannotHonour, refuse, refuseWhatIsMissing } from './refuse.ts';
import { limitsOf } from './resources.ts';
import { rlimitsOf } from './rlimits.ts';
import { securityOf } from './security.ts';
import { sysctlsOf } from './sysctls.ts';

/**
 * The OCI configuration of a container. Pure: the same input gives the same bytes. Throws `engine.capability` for what
 * the native engine has not and `engine.request` for what no engine takes; both name the field of the Compose file.
 */
export function runtimeConfig(input: RuntimeConfigInput): RuntimeConfig {
  const { spec, machine, identity, namespaces } = input;
  refuseWhatIsMissing(spec);
  if (spec.hostname !== undefined && namespaces.uts === 'host') {
    throw refuse(`services.${spec.service}.hostname`, "with `uts: host` the name is the host's");
  }
  const notes: string[] = [];
  const note = (text: string): void => {
    notes.push(text);
  };
  const capabilities = capabilitiesOf(spec, machine);
  const security = securityOf(spec, capabilities, machine, note);
  const { devices, rules } = devicesOf(spec, input.devices);
  const propagation = rootPropagation(input);
  const rlimits = rlimitsOf(spec, machine, note);
  const process: OciProcess = {
    terminal: spec.tty,
    user: { uid: identity.uid, gid: identity.gid, additionalGids: identity.additionalGids },
    args: [...initWords(spec, machine), ...commandOf(spec, input.image)],
    env: environmentOf(spec, input.image, { hostname: input.hostname, home: identity.home }),
    cwd: workingDirOf(input),
    capabilities: capabilitySets(capabilities, identity.uid),
    ...(rlimits === undefined || rlimits.length === 0 ? {} : { rlimits }),
    noNewPrivileges: security.noNewPrivileges,
    ...(security.apparmorProfile === undefined ? {} : { apparmorProfile: security.apparmorProfile }),
    oomScoreAdj: oomScoreOf(spec, machine, note),
  };
  const config = {
    ociVersion: '1.0.2',
    ...(namespaces.uts === 'new' ? { hostname: input.hostname } : {}),
    root: { path: input.rootfs, readonly: spec.readOnly },
    process,
    mounts: mountsOf(input, security.writableCgroups),
    annotations: spec.annotations,
    linux: {
      namespaces: namespaceList(namespaces),
      cgroupsPath: input.cgroupsPath,
      sysctl: sysctlsOf(spec, namespaces),
      devices,
      resources: { devices: rules, ...limitsOf({ spec, machine, devices: input.devices, note }) },
      ...(security.seccomp === undefined ? {} : { seccomp: security.seccomp }),
      maskedPaths: security.maskedPaths,
      readonlyPaths: security.readonlyPaths,
      ...(propagation === undefined ? {} : { rootfsPropagation: propagation }),
    },
  };
  return { config, notes };
}

/** The folder that the process begins in; runtimes make it when the image has it not. */
function workingDirOf({ spec, image }: RuntimeConfigInput): string {
  const path = spec.workingDir || image.workingDir || '/';
  return path.startsWith('/') ? path : `/${path}`;
}

function initWords(spec: ContainerSpec, { initProgram }: MachineFacts): readonly string[] {
  if (spec.init !== true) return [];
  if (initProgram !== undefined) return [initPath, '--'];
  throw cannotHonour(
    `services.${spec.service}.init`,
    'there is no program for it on this machine',
    'Install one with `apt-get install tini`, or remove init.',
  );
}

function oomScoreOf(spec: ContainerSpec, machine: MachineFacts, note: (text: string) => void): number {
  const wanted = spec.resources.oomScoreAdjust ?? 0;
  if (wanted < -1000 || wanted > 1000) {
    throw refuse(`services.${spec.service}.oom_score_adj`, `${wanted} is not between -1000 and 1000`);
  }
  if (wanted >= machine.lowestOomScore) return wanted;
  if (spec.resources.oomScoreAdjust !== undefined) {
    note(
      `services.${spec.service}.oom_score_adj: ${wanted} was asked for, and ${machine.lowestOomScore} is the least that this machine allows`,
    );
  }
  return machine.lowestOomScore;
}

/** Mounts that shall see each other's changes can only do so below a root that does. */
function rootPropagation({ mounts }: RuntimeConfigInput): string | undefined {
  const options = new Set(mounts.flatMap(({ oci }) => oci.options));
  if (options.has('rshared') || options.has('shared')) return 'shared';
  if (options.has('rslave') || options.has('slave')) return 'rslave';
  return undefined;
}
