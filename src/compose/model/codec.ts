import type { Encoded } from '../../core/go-json.ts';
import type { ModelPath } from '../project.ts';
import type { Report } from '../report.ts';
import type { Node } from '../tree/node.ts';

/**
 * How one attribute gets from the located tree into the model, and from the model into JSON (`config`, hashes) and
 * YAML. `config` output, hashes and the model come from the same tables, so they cannot disagree.
 */
export interface Codec<T = unknown> {
  /** Undefined when there is no value, or when it was wrong and the report says so. */
  decode(node: Node, context: DecodeContext): T | undefined;
  encode(value: T, target: EncodeTarget): Encoded;
  /** The whole number that `decode` has to round; `encode` is then given this one. */
  exact?(node: Node): bigint | undefined;
  /** What Go's `omitempty` leaves out. */
  isZero(value: T): boolean;
}

export interface DecodeContext {
  readonly report: Report;
  /** Grows and shrinks with the walk. */
  readonly path: (string | number)[];
}

export interface EncodeTarget {
  readonly format: 'json' | 'yaml';
  /** The docker compose release line whose output and hashes are wanted; see `docs/compose-support.md`. */
  readonly dialect: Dialect;
}

/**
 * docker compose changed which default it leaves out: since v5 `create_host_path` and `required` appear only when
 * false, before only when true. A hash is comparable only within one dialect.
 */
export type Dialect = 'v5' | 'v2';

export function within<T>(context: DecodeContext, step: string | number, decode: () => T): T {
  context.path.push(step);
  const result = decode();
  context.path.pop();
  return result;
}

export function invalid(node: Node, context: DecodeContext, wanted: string, hint?: string): undefined {
  const path: ModelPath = [...context.path];
  context.report.error('compose.invalid-type', `${pathText(path)} must be ${wanted}`, {
    at: node.origin,
    path,
    hint,
  });
  return undefined;
}

export function invalidValue(node: Node, context: DecodeContext, message: string, hint?: string): undefined {
  const path: ModelPath = [...context.path];
  context.report.error('compose.invalid-value', `${pathText(path)}: ${message}`, {
    at: node.origin,
    path,
    hint,
  });
  return undefined;
}

function pathText(path: ModelPath): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}
