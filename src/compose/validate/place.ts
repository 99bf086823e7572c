import type { ModelPath } from '../project.ts';
import { composeSchema, type Schema } from './compiled.ts';

/** A value of the document together with what the schema says of it and where it stands. */
export interface Place {
  readonly path: ModelPath;
  readonly value: unknown;
  readonly schema: Schema;
  readonly parent: Place | undefined;
}

export function rootPlace(plain: unknown): Place {
  return { path: [], value: plain, schema: composeSchema, parent: undefined };
}

/** Follows a JSON pointer, whose steps are known to exist, through document and schema at once. */
export function placeAt(start: Place, pointer: string): Place {
  let place = start;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replace(/~1/g, '/').replace(/~0/g, '~');
    place = below(place, Array.isArray(place.value) ? Number(key) : key);
  }
  return place;
}

/** The place of an item or of a key's value. */
function below(place: Place, step: string | number): Place {
  const value =
    typeof step === 'number' ? (place.value as readonly unknown[])[step] : childValue(place.value, step);
  return { path: [...place.path, step], value, schema: schemaBelow(place.schema, step), parent: place };
}

export function schemaBelow(schema: Schema, step: string | number): Schema {
  if (typeof step === 'number') return resolved(schema.items);
  const named = ownSchema(schema, step);
  if (named !== undefined) return named;
  return typeof schema.additionalProperties === 'object' ? resolved(schema.additionalProperties) : {};
}

/** What the schema says of a key that it knows by name. */
export function ownSchema(schema: Schema, key: string): Schema | undefined {
  const { properties } = schema;
  return properties !== undefined && Object.hasOwn(properties, key) ? resolved(properties[key]) : undefined;
}

/** The keys that the schema knows by name. */
export function knownKeys(schema: Schema): readonly string[] {
  return Object.keys(schema.properties ?? {});
}

export function definition(name: string): Schema {
  return composeSchema.$defs[name] ?? {};
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a key; keys such as `constructor` are not looked for in the prototype. */
export function childValue(mapping: unknown, key: string): unknown {
  return isMapping(mapping) && Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

function resolved(schema: Schema | undefined): Schema {
  const name = schema?.$ref?.slice('#/$defs/'.length);
  return name === undefined ? (schema ?? {}) : definition(name);
}

/** A service, or what stands where one should. */
export function isService(place: Place): boolean {
  return place.path.length === 2 && place.path[0] === 'services';
}
