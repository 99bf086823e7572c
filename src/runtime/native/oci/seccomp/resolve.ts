import type { OciSeccomp, OciSyscalls } from '../config.ts';
import type { SeccompCondition, SeccompPolicy, SeccompRule } from './policy.ts';

export interface SeccompSubject {
  /** As Go calls it. */
  readonly architecture: string;
  readonly kernel: readonly [number, number];
  readonly capabilities: readonly string[];
}

/** What a processor runs, its own architecture first; a filter without the others would kill their programs. */
const architecturesOf: Readonly<Record<string, readonly string[]>> = {
  amd64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  '386': ['SCMP_ARCH_X86'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
  arm: ['SCMP_ARCH_ARM'],
  ppc64le: ['SCMP_ARCH_PPC64LE'],
  riscv64: ['SCMP_ARCH_RISCV64'],
  s390x: ['SCMP_ARCH_S390X', 'SCMP_ARCH_S390'],
};

/** The policy for one container on one machine, with nothing conditional left in it; the same one for the same subject. */
export function resolvePolicy(policy: SeccompPolicy, subject: SeccompSubject): OciSeccomp {
  const known = resolved.get(policy) ?? new Map<string, OciSeccomp>();
  resolved.set(policy, known);
  const key = JSON.stringify(subject);
  const found = known.get(key) ?? resolve(policy, subject);
  known.set(key, found);
  return found;
}

const resolved = new WeakMap<SeccompPolicy, Map<string, OciSeccomp>>();

function resolve(policy: SeccompPolicy, subject: SeccompSubject): OciSeccomp {
  const applies = ({ includes, excludes }: SeccompRule): boolean =>
    holdsAll(includes ?? {}, subject) && !holdsAny(excludes ?? {}, subject);
  return {
    defaultAction: policy.defaultAction,
    ...(policy.defaultErrnoRet === undefined ? {} : { defaultErrnoRet: policy.defaultErrnoRet }),
    architectures: policy.architectures ?? architecturesOf[subject.architecture] ?? [],
    ...(policy.flags === undefined ? {} : { flags: policy.flags }),
    syscalls: policy.rules.filter(applies).map(plainRule),
  };
}

function plainRule({ names, action, errnoRet, args }: SeccompRule): OciSyscalls {
  return {
    names,
    action,
    ...(errnoRet === undefined ? {} : { errnoRet }),
    ...(args === undefined ? {} : { args }),
  };
}

function holdsAll(condition: SeccompCondition, subject: SeccompSubject): boolean {
  const { capabilities = [], architectures, kernel } = condition;
  return (
    capabilities.every((name) => subject.capabilities.includes(name)) &&
    (architectures === undefined || architectures.includes(subject.architecture)) &&
    (kernel === undefined || isSince(subject.kernel, kernel))
  );
}

function holdsAny(condition: SeccompCondition, subject: SeccompSubject): boolean {
  const { capabilities = [], architectures = [], kernel } = condition;
  return (
    capabilities.some((name) => subject.capabilities.includes(name)) ||
    architectures.includes(subject.architecture) ||
    (kernel !== undefined && isSince(subject.kernel, kernel))
  );
}

function isSince(kernel: readonly [number, number], wanted: readonly [number, number]): boolean {
  return kernel[0] > wanted[0] || (kernel[0] === wanted[0] && kernel[1] >= wanted[1]);
}
