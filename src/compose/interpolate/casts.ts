import { parseFloatText } from '../../core/go-number.ts';
import type { ModelPath } from '../project.ts';
import type { Report } from '../report.ts';
import type { ScalarNode } from '../tree/node.ts';
import { compileRules } from '../tree/rules.ts';

/** `float32` has less room than `float`; both are printed alike. */
export type Cast = 'int' | 'float' | 'float32' | 'bool';

/** Attributes whose text becomes a number or a boolean, so that a variable can stand there. */
export const casts = compileRules<Cast>({
  'configs.*.external': 'bool',
  'networks.*.attachable': 'bool',
  'networks.*.enable_ipv4': 'bool',
  'networks.*.enable_ipv6': 'bool',
  'networks.*.external': 'bool',
  'networks.*.internal': 'bool',
  'secrets.*.external': 'bool',
  'volumes.*.external': 'bool',
  'services.*.cpu_count': 'int',
  'services.*.cpu_percent': 'float',
  'services.*.cpu_period': 'int',
  'services.*.cpu_quota': 'int',
  'services.*.cpu_rt_period': 'int',
  'services.*.cpu_rt_runtime': 'int',
  'services.*.cpu_shares': 'int',
  'services.*.cpus': 'float32',
  'services.*.deploy.placement.max_replicas_per_node': 'int',
  'services.*.deploy.replicas': 'int',
  'services.*.deploy.restart_policy.max_attempts': 'int',
  'services.*.deploy.rollback_config.max_failure_ratio': 'float',
  'services.*.deploy.rollback_config.parallelism': 'int',
  'services.*.deploy.update_config.max_failure_ratio': 'float',
  'services.*.deploy.update_config.parallelism': 'int',
  'services.*.healthcheck.disable': 'bool',
  'services.*.healthcheck.retries': 'int',
  'services.*.init': 'bool',
  'services.*.oom_kill_disable': 'bool',
  'services.*.oom_score_adj': 'int',
  'services.*.pids_limit': 'int',
  'services.*.ports.*.target': 'int',
  'services.*.privileged': 'bool',
  'services.*.read_only': 'bool',
  'services.*.scale': 'int',
  'services.*.stdin_open': 'bool',
  'services.*.tty': 'bool',
  'services.*.ulimits.*': 'int',
  'services.*.ulimits.*.hard': 'int',
  'services.*.ulimits.*.soft': 'int',
  'services.*.volumes.*.read_only': 'bool',
  'services.*.volumes.*.volume.nocopy': 'bool',
});

export type CastResult<T = number | bigint | boolean> =
  | { readonly kind: 'value'; readonly value: T; readonly legacy: boolean }
  | { readonly kind: 'failed'; readonly wanted: string };

/** `legacy` marks the YAML 1.1 spellings of booleans. */
export function applyCast(cast: Cast, text: string): CastResult {
  if (cast === 'bool') return toBoolean(text);
  if (cast === 'int') {
    const value = parseInteger(text);
    return value === undefined
      ? { kind: 'failed', wanted: 'a whole number' }
      : { kind: 'value', value, legacy: false };
  }
  const value = parseFloatText(text);
  const overflows = cast === 'float32' && Number.isFinite(value) && !Number.isFinite(Math.fround(value ?? 0));
  return value === undefined || overflows
    ? { kind: 'failed', wanted: 'a number' }
    : { kind: 'value', value, legacy: false };
}

/** Says which word to write in place of one of YAML 1.1. */
export function warnOfLegacy(
  { value: text, origin: at }: ScalarNode,
  value: unknown,
  { report, path }: { readonly report: Report; readonly path: ModelPath },
): void {
  report.warn(
    'compose.obsolete',
    `${JSON.stringify(text)} for a boolean is not supported by YAML 1.2, please use "true" or "false".`,
    { at, path: [...path], hint: `Write ${value} in its place.` },
  );
}

function parseInteger(text: string): number | bigint | undefined {
  if (!/^[-+]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  const exact = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, exact) === exact ? exact : undefined;
}

/** `true`, `false`, and what YAML 1.1 calls so, in any case. */
export function toBoolean(text: string): CastResult<boolean> {
  switch (text.toLowerCase()) {
    case 'true':
      return { kind: 'value', value: true, legacy: false };
    case 'false':
      return { kind: 'value', value: false, legacy: false };
    case 'y':
    case 'yes':
    case 'on':
      return { kind: 'value', value: true, legacy: true };
    case 'n':
    case 'no':
    case 'off':
      return { kind: 'value', value: false, legacy: true };
    default:
      return { kind: 'failed', wanted: '"true" or "false"' };
  }
}
