import type { Encoded } from '../../core/go-json.ts';
import { type Part, parseTemplate, type Variable } from '../interpolate/template.ts';
import { limits } from '../limits.ts';
import { sortKeys } from '../model/key-order.ts';

export interface ModelVariable {
  readonly name: string;
  /** Of `${NAME:-value}` and `${NAME-value}`, not evaluated; else empty. */
  readonly defaultValue: string;
  /** Of `${NAME:+value}` and `${NAME+value}`, not evaluated; else empty. */
  readonly presenceValue: string;
  /** `${NAME:?message}` or `${NAME?message}` somewhere. */
  readonly required: boolean;
}

/**
 * Every variable of a model, also those inside the arguments of others, sorted by name. What several places say is
 * joined: required when one requires it, with the first default and the first alternate value.
 */
export function extractVariables(model: Encoded, format: 'yaml' | 'json'): readonly ModelVariable[] {
  const found = new Map<string, ModelVariable>();
  visit(model, found);
  return sortKeys(found.keys(), format).flatMap((name) => found.get(name) ?? []);
}

function visit(value: Encoded, found: Map<string, ModelVariable>): void {
  if (typeof value === 'string') extract(value, found, 0);
  else if (value instanceof Map) for (const item of value.values()) visit(item, found);
  else if (Array.isArray(value)) for (const item of value as readonly Encoded[]) visit(item, found);
}

function extract(text: string, found: Map<string, ModelVariable>, depth: number): void {
  if (depth > limits.interpolationNesting) return;
  let rest = text;
  while (rest.includes('$')) {
    const parts = parseTemplate(rest);
    if (!('invalid' in parts)) {
      addAll(parts, found, depth);
      return;
    }
    // Around a mistake there may be more variables: those before it, and those after its dollar sign.
    const before = parseTemplate(rest.slice(0, rest.length - parts.invalid.length));
    if (!('invalid' in before)) addAll(before, found, depth);
    rest = parts.invalid.slice(1);
  }
}

function addAll(parts: readonly Part[], found: Map<string, ModelVariable>, depth: number): void {
  for (const part of parts) {
    if (typeof part === 'string') continue;
    add(describe(part), found);
    extract(part.argument, found, depth + 1);
  }
}

function describe({ name, operator, argument }: Variable): ModelVariable {
  const kind = operator?.at(-1);
  return {
    name,
    defaultValue: kind === '-' ? argument : '',
    presenceValue: kind === '+' ? argument : '',
    required: kind === '?',
  };
}

function add(variable: ModelVariable, found: Map<string, ModelVariable>): void {
  const known = found.get(variable.name);
  found.set(
    variable.name,
    known === undefined
      ? variable
      : {
          name: variable.name,
          defaultValue: known.defaultValue || variable.defaultValue,
          presenceValue: known.presenceValue || variable.presenceValue,
          required: known.required || variable.required,
        },
  );
}
