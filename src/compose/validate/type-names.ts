import type { Schema } from './compiled.ts';

/** What a schema accepts, in the words of YAML: `a boolean or string`, `a list or mapping`. */
export function nameTypes(schema: Schema): string {
  const words = typesOf(schema)
    .filter((type, _, all) => type !== 'null' || all.length === 1)
    .map((type) => yamlNames[type] ?? type)
    .sort();
  const last = words.pop() ?? 'value';
  const text = words.length === 0 ? last : `${words.join(', ')} or ${last}`;
  return `${/^[aeiou]/.test(text) ? 'an' : 'a'} ${text}`;
}

export function typesOf(schema: Schema): readonly string[] {
  const { type = [] } = schema;
  return typeof type === 'string' ? [type] : type;
}

const yamlNames: Readonly<Record<string, string>> = { object: 'mapping', array: 'list' };
