import { suggest } from '../../core/suggest.ts';
import * as generated from '../generated/x-flotilla-schema.mjs';
import type { ModelPath } from '../project.ts';
import type { Report } from '../report.ts';
import type { Node } from '../tree/node.ts';
import { formatPath, originAt } from '../tree/path.ts';
import { toPlain } from '../tree/plain.ts';

/** Checks settings of ours against schemas/x-flotilla.schema.json; unlike `x-` keys of others they must be known. */
export function checkExtension(node: Node, path: ModelPath, report: Report): void {
  const validate = generated.validate as unknown as Validate;
  if (validate(toPlain(node))) return;
  for (const { instancePath, keyword, key = '' } of validate.errors ?? []) {
    const inside = stepsOf(instancePath, node);
    const schema = schemaAt(inside);
    const at = formatPath([...path, ...inside]);
    if (keyword === 'additionalProperties') {
      const [near] = suggest(key, Object.keys(schema.properties ?? {}), 1);
      report.error('compose.unknown-key', `${at} additional properties '${key}' not allowed`, {
        at: originAt(node, [...inside, key], true),
        path: [...path, ...inside, key],
        hint:
          near === undefined
            ? `Known here: ${Object.keys(schema.properties ?? {}).join(', ')}.`
            : `Did you mean "${near}"?`,
      });
      continue;
    }
    const details = { at: originAt(node, inside), path: [...path, ...inside] };
    if (keyword === 'type') {
      const type = [schema.type ?? []].flat().find((name) => name !== 'null') ?? '';
      report.error('compose.invalid-type', `${at} must be ${typeNames[type] ?? type}`, {
        ...details,
        hint: typeHint(inside, type),
      });
    } else if (keyword === 'enum') {
      const words = (schema.enum ?? []).filter((word): word is string => word !== null);
      const written = plainAt(node, inside);
      const [near] = typeof written === 'string' ? suggest(written, words, 1) : [];
      const known = `Write ${words.map((word) => `"${word}"`).join(', ')}.`;
      report.error('compose.invalid-value', `${at} cannot be ${JSON.stringify(written)}`, {
        ...details,
        hint: near === undefined ? known : `Did you mean "${near}"? ${known}`,
      });
    } else {
      report.error('compose.invalid-value', `${at} is not a code`, {
        ...details,
        hint: 'A code stands in brackets at the end of a finding: lint.latest-tag.',
      });
    }
  }
}

function typeHint(path: ModelPath, type: string): string {
  if (type === 'boolean') return `Write "${path.at(-1)}: true".`;
  if (type === 'string') return `Write "${path.at(-1)}: SIGHUP", or another name.`;
  return type === 'array'
    ? 'Write "disable: [lint.latest-tag]".'
    : 'Write "lint: {disable: [lint.latest-tag]}".';
}

function plainAt(node: Node, path: ModelPath): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string | number, unknown>> | undefined)?.[key],
    toPlain(node),
  );
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a string',
  boolean: 'true or false',
};

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | null)[];
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Validate {
  (plain: unknown): boolean;
  readonly errors?:
    | readonly { readonly instancePath: string; readonly keyword: string; readonly key?: string }[]
    | null;
}

const root = generated.schema as unknown as Schema & { readonly $defs: Readonly<Record<string, Schema>> };

function schemaAt(path: ModelPath): Schema {
  let schema: Schema = root;
  for (const step of path) {
    const next = typeof step === 'number' ? schema.items : property(schema, step);
    schema = next?.$ref === undefined ? (next ?? {}) : (root.$defs[next.$ref.slice('#/$defs/'.length)] ?? {});
  }
  return schema;
}

function property({ properties = {} }: Schema, name: string): Schema | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/** The steps of a JSON pointer; those into lists are numbers. */
function stepsOf(pointer: string, node: Node): ModelPath {
  const steps: (string | number)[] = [];
  let at: Node | undefined = node;
  for (const text of pointer.split('/').slice(1)) {
    const key = text.replace(/~1/g, '/').replace(/~0/g, '~');
    const step: string | number = at?.kind === 'sequence' ? Number(key) : key;
    at =
      at?.kind === 'sequence'
        ? at.items[Number(key)]
        : at?.kind === 'mapping'
          ? at.entries.get(key)?.value
          : undefined;
    steps.push(step);
  }
  return steps;
}
