import type { OciSyscallArgument } from '../config.ts';
import { alwaysAllowed, byArchitecture, byCapability } from './syscalls.ts';

/** A seccomp policy before it is known what container it is for; the format of Docker's profile files. */
export interface SeccompPolicy {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly flags?: readonly string[];
  /** Absent: those that go with the machine's. */
  readonly architectures?: readonly string[];
  readonly rules: readonly SeccompRule[];
}

export interface SeccompRule {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly OciSyscallArgument[];
  /** The rule is there when all of this is so … */
  readonly includes?: SeccompCondition;
  /** … and none of this. */
  readonly excludes?: SeccompCondition;
}

export interface SeccompCondition {
  readonly capabilities?: readonly string[];
  /** As Go calls them. */
  readonly architectures?: readonly string[];
  readonly kernel?: readonly [number, number];
}

const allow = 'SCMP_ACT_ALLOW';
const deny = 'SCMP_ACT_ERRNO';
const notPermitted = 1;
const notImplemented = 38;

/** linux/sched.h: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET; libc makes threads without them. */
const newNamespaces = 0x7e020000;
/** sys/socket.h: sockets of virtual machines reach past every network namespace. */
const vsock = 40;
/** linux/personality.h: Linux, 32 bits, UNAME26, both, and "which one is it?". */
const personalities = [0, 8, 0x20000, 0x20008, 0xffffffff];

/**
 * What containers may call unless the file says otherwise. It permits what Docker's default policy permits (see
 * https://docs.docker.com/engine/security/seccomp/), so that what runs there runs here.
 */
export const defaultPolicy: SeccompPolicy = {
  defaultAction: deny,
  defaultErrnoRet: notPermitted,
  rules: [
    { names: alwaysAllowed, action: allow },
    // Before 4.8 a tracer could get around the filter.
    {
      names: ['process_vm_readv', 'process_vm_writev', 'ptrace'],
      action: allow,
      includes: { kernel: [4, 8] },
    },
    { names: ['socket'], action: allow, args: [{ index: 0, value: vsock, op: 'SCMP_CMP_NE' }] },
    ...personalities.map(
      (value): SeccompRule => ({
        names: ['personality'],
        action: allow,
        args: [{ index: 0, value, op: 'SCMP_CMP_EQ' }],
      }),
    ),
    ...byArchitecture.map(
      ({ names, architectures }): SeccompRule => ({ names, action: allow, includes: { architectures } }),
    ),
    ...Object.entries(byCapability).map(
      ([capability, names]): SeccompRule => ({
        names,
        action: allow,
        includes: { capabilities: [capability] },
      }),
    ),
    plainClone(0, { capabilities: ['CAP_SYS_ADMIN'], architectures: ['s390x'] }),
    // There the flags are the second argument.
    { ...plainClone(1, { capabilities: ['CAP_SYS_ADMIN'] }), includes: { architectures: ['s390x'] } },
    // A filter cannot look at the flags of clone3; libc falls back to clone when it is told that there is none.
    {
      names: ['clone3'],
      action: deny,
      errnoRet: notImplemented,
      excludes: { capabilities: ['CAP_SYS_ADMIN'] },
    },
  ],
};

function plainClone(index: number, excludes: SeccompCondition): SeccompRule {
  const args = [{ index, value: newNamespaces, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }];
  return { names: ['clone'], action: allow, args, excludes };
}
