import { suggest } from '../../core/suggest.ts';
import type { CompiledError } from './compiled.ts';
import { type Place, placeAt } from './place.ts';

/** What the schema objects to, each thing once. */
export type Fault =
  | { readonly kind: 'type'; readonly place: Place }
  | { readonly kind: 'unknown-key'; readonly place: Place; readonly key: string }
  | { readonly kind: 'bad-name'; readonly place: Place; readonly key: string }
  | { readonly kind: 'missing-keys'; readonly place: Place; readonly keys: readonly string[] }
  | { readonly kind: 'choice'; readonly place: Place; readonly choices: readonly string[] }
  | { readonly kind: 'pattern'; readonly place: Place; readonly pattern: string }
  | { readonly kind: 'minimum' | 'maximum'; readonly place: Place; readonly limit: number }
  | { readonly kind: 'duplicate-item'; readonly place: Place };

export function faultsOf(errors: readonly CompiledError[], root: Place): readonly Fault[] {
  const byPointer = new Map<string, CompiledError[]>();
  for (const error of errors) {
    const together = byPointer.get(error.instancePath);
    if (together === undefined) byPointer.set(error.instancePath, [error]);
    else together.push(error);
  }
  return [...byPointer].flatMap(([pointer, together]) => faultsAt(placeAt(root, pointer), together));
}

function faultsAt(place: Place, errors: readonly CompiledError[]): readonly Fault[] {
  const faults = errors.flatMap((error) => faultOf(place, error) ?? []);
  const unknown = keysOf(errors, 'additionalProperties');
  const missing = keysOf(errors, 'required').filter((key) => !isMisspeltAmong(unknown, key));
  if (missing.length > 0 && !isOnePairWithSpace(place, unknown)) {
    faults.push({ kind: 'missing-keys', place, keys: missing });
  }
  return faults;
}

function faultOf(place: Place, { keyword, key = '' }: CompiledError): Fault | undefined {
  const { schema, value } = place;
  switch (keyword) {
    case 'type':
      return { kind: 'type', place };
    case 'additionalProperties':
      return { kind: 'unknown-key', place, key };
    case 'propertyNames':
      return { kind: 'bad-name', place, key };
    case 'enum':
      return { kind: 'choice', place, choices: schema.enum ?? [] };
    case 'const':
      return { kind: 'choice', place, choices: schema.then?.const === undefined ? [] : [schema.then.const] };
    case 'pattern':
      // The pattern of names is reported a second time, on the mapping that has the name.
      return typeof value === 'string'
        ? { kind: 'pattern', place, pattern: schema.pattern ?? '' }
        : undefined;
    case 'minimum':
      return { kind: 'minimum', place, limit: schema.minimum ?? 0 };
    case 'maximum':
      return { kind: 'maximum', place, limit: schema.maximum ?? 0 };
    case 'uniqueItems':
      return { kind: 'duplicate-item', place };
    case 'required':
    case 'if':
      return undefined;
    default:
      throw new Error(`The Compose schema uses ${JSON.stringify(keyword)}, which has no message.`);
  }
}

function keysOf(errors: readonly CompiledError[], keyword: string): readonly string[] {
  return errors.flatMap((error) => (error.keyword === keyword && error.key !== undefined ? [error.key] : []));
}

/** A required key that is there under a misspelt name is not missing. */
function isMisspeltAmong(unknown: readonly string[], key: string): boolean {
  return unknown.some((typed) => suggest(typed, [key]).length > 0);
}

/** `- ./src: /app` where `- ./src:/app` was meant, which YAML reads as a mapping. */
export function isOnePairWithSpace(place: Place, unknown: readonly string[]): boolean {
  return (
    unknown.length === 1 &&
    typeof place.path.at(-1) === 'number' &&
    Object.keys(place.value ?? {}).length === 1
  );
}
