import { quote } from '../../core/text.ts';
import type { ModelPath } from '../project.ts';
import type { Report } from '../report.ts';
import { mapEntries, mapItems, type Node, type Origin, type ScalarNode, scalar } from '../tree/node.ts';
import { formatPath } from '../tree/path.ts';
import { type Rules, rulesBelow } from '../tree/rules.ts';
import { applyCast, type Cast, casts, warnOfLegacy } from './casts.ts';
import { interpolationHint, unsetHint } from './hint.ts';
import { substitute } from './template.ts';

export type Lookup = (name: string) => string | undefined;
/** The names that a lookup knows, for suggestions. */
export type KnownNames = () => Iterable<string>;

/** Text without variables in it where a number or a boolean is wanted. */
export interface Misfit {
  readonly path: ModelPath;
  readonly text: string;
  readonly at: Origin;
  readonly wanted: string;
}

/**
 * Replaces variables in every string of a document (never in keys) and turns the text of numeric and boolean
 * attributes into values. Misfits are left as they are, for the caller to report with other mistakes of the file.
 */
export function interpolate(
  root: Node,
  { lookup, names, report }: Pick<Context, 'lookup' | 'names' | 'report'>,
): { readonly root: Node; readonly misfits: readonly Misfit[] } {
  const misfits: Misfit[] = [];
  return { root: visit(root, casts, { lookup, names, report, misfits, path: [] }), misfits };
}

export function reportMisfits(misfits: readonly Misfit[], report: Report): void {
  for (const { path, text, at, wanted } of misfits) {
    report.error('compose.invalid-type', `${name(path)} must be ${wanted}, and is ${quote(text)}`, {
      at,
      path,
      hint: `Write ${wanted}.`,
    });
  }
}

interface Context {
  readonly lookup: Lookup;
  readonly names: KnownNames;
  readonly report: Report;
  readonly misfits: Misfit[];
  /** Grows and shrinks with the walk. */
  readonly path: (string | number)[];
}

function visit(node: Node, rules: Rules<Cast> | undefined, context: Context): Node {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && node.type === 'string'
        ? text(node, rules?.rule, context)
        : node;
    case 'sequence':
      return mapItems(node, (item, index) => below(item, index, rules, context));
    case 'mapping':
      return mapEntries(node, (key, entry) => below(entry.value, key, rules, context));
  }
}

function below(node: Node, step: string | number, rules: Rules<Cast> | undefined, context: Context): Node {
  context.path.push(step);
  const result = visit(node, rulesBelow(rules, String(step)), context);
  context.path.pop();
  return result;
}

function text(node: ScalarNode, cast: Cast | undefined, context: Context): Node {
  const original = node.value as string;
  if (cast === undefined && !original.includes('$')) return node;
  const replaced = replace(original, node, context);
  if (replaced === undefined) return node;
  if (cast !== undefined) return castTo(cast, replaced, node, context);
  return replaced === original ? node : { ...scalar(replaced, node.origin), tag: node.tag };
}

function replace(
  original: string,
  node: ScalarNode,
  { lookup, names, report, path }: Context,
): string | undefined {
  const at = node.origin;
  const result = substitute(original, {
    lookup,
    unset: (name) =>
      report.warnTogether(
        'compose.unset-variable',
        `The "${name}" variable is not set. Defaulting to a blank string.`,
        at,
        () => ({
          at: expressionOf(name, at),
          path: [...path],
          hint: unsetHint(name, original, names),
        }),
      ),
  });
  switch (result.kind) {
    case 'text':
      return result.text;
    case 'invalid':
      report.error(
        'compose.invalid-interpolation',
        `invalid interpolation format for ${name(path)}: ${quote(original)}`,
        {
          at: narrowed(at, result.fragment),
          path: [...path],
          hint: interpolationHint(result.fragment),
        },
      );
      return undefined;
    case 'required':
      report.error(
        'compose.required-variable',
        `required variable ${result.name} is missing a value${result.message === '' ? '' : `: ${result.message}`}`,
        {
          at: expressionOf(result.name, at),
          path: [...path],
          hint: `Set ${result.name} in the environment or in the .env file.`,
        },
      );
      return undefined;
    case 'too-long':
      report.error('compose.limit-exceeded', `The variables in ${name(path)} expand too far.`, {
        at,
        path: [...path],
        hint: 'Put fewer variables into one another, or the text into a file.',
      });
      return undefined;
  }
}

function castTo(cast: Cast, text: string, node: ScalarNode, { report, misfits, path }: Context): Node {
  const result = applyCast(cast, text);
  if (result.kind === 'failed' && text === node.value) {
    misfits.push({ path: [...path], text, at: node.origin, wanted: result.wanted });
    return node;
  }
  if (result.kind === 'failed') {
    report.error(
      'compose.invalid-interpolation',
      `error while interpolating ${name(path)}: failed to cast to expected type: ${JSON.stringify(text)} is not ${result.wanted}`,
      { at: node.origin, path: [...path], hint: `Give ${result.wanted}.` },
    );
    return node;
  }
  if (result.legacy) warnOfLegacy({ ...node, value: text }, result.value, { report, path });
  const type = cast === 'float32' ? 'float' : cast;
  return { ...scalar(result.value, node.origin, type), tag: node.tag };
}

/** The place of `$NAME` or `${NAME…` in a value. */
function expressionOf(name: string, at: Origin): Origin {
  const text = at.source.text.slice(at.start, Math.min(at.end, at.start + 1000));
  const found = new RegExp(`\\$(?:${name}(?![_a-zA-Z0-9])|\\{${name}(?:\\}|[^}]*\\}?))`).exec(text);
  if (found === null) return at;
  const start = at.start + found.index;
  return { ...at, start, end: start + found[0].length };
}

/** The place of a piece of the value, when the file has it letter by letter. */
function narrowed(at: Origin, fragment: string): Origin {
  const start = at.source.text.indexOf(fragment, at.start);
  return start === -1 || start + fragment.length > at.end
    ? at
    : { ...at, start, end: start + fragment.length };
}

function name(path: ModelPath): string {
  return formatPath(path);
}
