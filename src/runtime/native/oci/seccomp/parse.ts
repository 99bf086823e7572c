import { messageOf } from '../../../../core/error.ts';
import type { OciSyscallArgument } from '../config.ts';
import { refuse } from '../refuse.ts';
import type { SeccompCondition, SeccompPolicy, SeccompRule } from './policy.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Their names in profile files that differ from Go's. */
const architectureNames: Readonly<Record<string, string>> = { x86: '386' };

/** Reads a profile file of Docker's format. Throws `engine.request` that names `field` for what is none. */
export function parsePolicy(text: string, field: string): SeccompPolicy {
  const profile = fieldsOf(parseJson(text, field));
  const { defaultAction, syscalls, architectures, flags } = profile;
  if (typeof defaultAction !== 'string') {
    throw refuse(field, 'the seccomp profile has no defaultAction', 'Give it one, such as SCMP_ACT_ERRNO.');
  }
  return {
    defaultAction,
    ...number('defaultErrnoRet', profile['defaultErrnoRet']),
    ...(Array.isArray(architectures) && architectures.length > 0
      ? { architectures: strings(architectures) }
      : {}),
    ...(Array.isArray(flags) && flags.length > 0 ? { flags: strings(flags) } : {}),
    rules: list(syscalls).map(ruleOf),
  };
}

function parseJson(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(field, `the seccomp profile is no JSON: ${messageOf(error)}`);
  }
}

function ruleOf(rule: Fields): SeccompRule {
  const names = Array.isArray(rule['names']) ? strings(rule['names']) : strings([rule['name']]);
  return {
    names,
    action: String(rule['action']),
    ...number('errnoRet', rule['errnoRet']),
    ...(list(rule['args']).length === 0 ? {} : { args: list(rule['args']).map(argumentOf) }),
    includes: conditionOf(fieldsOf(rule['includes'])),
    excludes: conditionOf(fieldsOf(rule['excludes'])),
  };
}

function argumentOf(argument: Fields): OciSyscallArgument {
  return {
    index: Number(argument['index'] ?? 0),
    value: Number(argument['value'] ?? 0),
    ...number('valueTwo', argument['valueTwo']),
    op: String(argument['op']),
  };
}

function conditionOf({ caps, arches, minKernel }: Fields): SeccompCondition {
  const [major = 0, minor = 0] = typeof minKernel === 'string' ? minKernel.split('.').map(Number) : [];
  const architectures = strings(Array.isArray(arches) ? arches : []);
  return {
    ...(Array.isArray(caps) && caps.length > 0 ? { capabilities: strings(caps) } : {}),
    ...(architectures.length === 0
      ? {}
      : { architectures: architectures.map((name) => architectureNames[name] ?? name) }),
    ...(typeof minKernel === 'string' ? { kernel: [major, minor] as const } : {}),
  };
}

function number<Key extends string>(key: Key, value: unknown): Partial<Record<Key, number>> {
  return typeof value === 'number' ? ({ [key]: value } as Record<Key, number>) : {};
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function strings(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}
