import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { validateCompose } from '../../../src/compose/validate/index.ts';

/** What the validator says of a YAML text, one problem a paragraph: code, path, message and hint. */
export function problemsIn(yaml: string): string {
  return validateCompose(parse(yaml))
    .map(({ code, path, message, hint, atKey }) => {
      const place = `${path.join(' ') || 'the document'}${atKey === true ? ' (key)' : ''}`;
      return [`${code} at ${place}`, message, ...(hint === undefined ? [] : [`hint: ${hint}`])].join('\n  ');
    })
    .join('\n');
}

export interface JsonSchema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema | boolean>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

export interface SchemaPlace {
  /** `services.*.ports[].target`. */
  readonly place: string;
  readonly schema: JsonSchema;
}

export async function readSchema(
  name: 'compose' | 'diagnostic' | 'events' | 'x-flotilla',
): Promise<JsonSchema> {
  return JSON.parse(await readFile(new URL(`../../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));
}

/** Every place of a schema below its root, references followed. Keys that begin with `x-` are left out. */
export function placesIn(root: JsonSchema): readonly SchemaPlace[] {
  return below(root, root, '');
}

function below(root: JsonSchema, given: JsonSchema, place: string): readonly SchemaPlace[] {
  const inside: [string, JsonSchema][] = [];
  for (const schema of branches(root, given)) {
    const { properties = {}, patternProperties = {}, additionalProperties, items } = schema;
    const prefix = place === '' ? '' : `${place}.`;
    for (const [key, value] of Object.entries(properties)) inside.push([`${prefix}${key}`, value]);
    const values = Object.entries(patternProperties).filter(([pattern]) => pattern !== '^x-');
    for (const value of [additionalProperties, ...values.map(([, value]) => value)]) {
      if (typeof value === 'object') inside.push([`${prefix}*`, value]);
    }
    if (items !== undefined) inside.push([`${place}[]`, items]);
  }
  return inside.flatMap(([name, schema]) => [{ place: name, schema }, ...below(root, schema, name)]);
}

/** The schema itself with its reference followed, or the alternatives that it gives. */
export function branches(root: JsonSchema, schema: JsonSchema): readonly JsonSchema[] {
  const { $ref, oneOf } = schema;
  if ($ref !== undefined) {
    const [, where, name = ''] = $ref.split('/');
    const target = (where === '$defs' ? root.$defs : root.definitions)?.[name];
    return target === undefined ? [] : branches(root, target);
  }
  return oneOf === undefined ? [schema] : oneOf.flatMap((one) => branches(root, one));
}
