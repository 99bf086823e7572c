import { isAbsolute } from 'node:path';
import type { Encoded } from '../../core/go-json.ts';
import type { Json, ModelPath } from '../project.ts';
import { encodeTree } from '../render/tree.ts';
import type { Trace } from '../trace.ts';
import { isNull, type MappingNode, type Node, type Origin } from '../tree/node.ts';
import { formatPath } from '../tree/path.ts';
import type { Contribution } from './contributions.ts';
import type { ExplainedSource, ExplainedVariable, Explanation } from './explanation.ts';
import { findInPart, isSamePlace, nodeAt, placesIn } from './find.ts';
import { defaultSentence, hasDefault, mergeSentence } from './rules.ts';
import { type Surroundings, variable, variablesOf } from './variables.ts';
import { rawTextAt, viasOnTheWay, writtenAt } from './written.ts';

export interface Model {
  readonly trace: Trace;
  readonly tree: MappingNode;
  readonly surroundings: Surroundings;
}

/** Everything that is known about one place of the model. */
export function explainPlace(
  path: ModelPath,
  value: Encoded | undefined,
  parts: readonly Contribution[],
  model: Model,
): Explanation {
  const final = nodeAt(model.tree, path);
  const given = [
    ...serviceFileSources(path, final, model),
    ...parts.flatMap((part) => sourcesIn(part, path, final, model)),
  ];
  const sources = withOneWinner(path[0] === 'name' ? namesInUse(given, value) : given, final);
  const saying = sources.filter(({ kind }) => kind !== 'reset');
  const inherited = inheritedVariable(path, saying.length === 0, model);
  const isInside = value !== undefined && saying.length === 0 && path.length > 3;
  if (isInside && inherited === undefined && !hasDefault(path)) {
    const around = explainPlace(path.slice(0, -1), value, parts, model);
    const { default: reason, ...rest } = around;
    const note = `part of ${around.path}, which the model writes in another form`;
    if (around.sources.length > 0) return { ...rest, path: formatPath(path), notes: [note] };
    return { ...around, ...(reason === undefined ? {} : { default: reason }), path: formatPath(path) };
  }
  const used = saying.some((source) => source.used);
  const shortForm = used && hasDefault(path) && isFromShortForm(path, value, model);
  const merged = saying.filter((source) => sources.indexOf(source) > lastReset(sources));
  return {
    path: formatPath(path),
    ...(value === undefined ? {} : { value: toJson(value) }),
    sources,
    ...(merged.length > 1 ? { rule: mergeSentence(path, model.tree) } : {}),
    ...(value !== undefined && (!used || shortForm) ? { default: inherited ?? defaultSentence(path) } : {}),
    notes: notesOn(value, saying.findLast((source) => source.used)?.value, parts),
  };
}

/** A bare name in an env file takes the value that the variable has outside. */
function inheritedVariable(
  [section, service, attribute, key, ...more]: ModelPath,
  isUnsaid: boolean,
  { trace, surroundings }: Model,
): string | undefined {
  const isVariable = section === 'services' && attribute === 'environment' && more.length === 0;
  if (!isUnsaid || !isVariable || typeof key !== 'string') return undefined;
  const file = trace.serviceFiles.find((each) => each.service === service);
  if (file === undefined) return undefined;
  const { source } = variable(key, trace.written[0]?.environment ?? [], surroundings);
  return `a bare name in an env_file takes it over; ${source}`;
}

/** What `env_file` and `label_file` say is laid below what the service says itself. */
function serviceFileSources(
  [section, service, attribute, key, ...more]: ModelPath,
  final: Node | undefined,
  { trace }: Model,
): readonly ExplainedSource[] {
  if (section !== 'services' || typeof key !== 'string' || more.length > 0) return [];
  const files = trace.serviceFiles.filter((file) => file.service === service && file.into === attribute);
  const found = files.flatMap((file) => {
    const entry = file.entries.get(key);
    return entry === undefined ? [] : [entry];
  });
  const kind = attribute === 'labels' ? 'label-file' : 'env-file';
  return found.map(({ value, at }, index) => ({
    kind,
    what: kind === 'env-file' ? 'env_file' : 'label_file',
    ...placed(at),
    value,
    used: final === undefined && index === found.length - 1,
    via: [],
    variables: [],
  }));
}

function sourcesIn(
  part: Contribution,
  path: ModelPath,
  final: Node | undefined,
  model: Model,
): readonly ExplainedSource[] {
  const here = part.pathHere(path);
  const found = findInPart(part.tree, model.tree, here, path);
  const sources: ExplainedSource[] = [];
  const reset = part.resets.find((each) => each.every((step, index) => here[index] === step));
  if (reset !== undefined) {
    const source = resetSource(part, reset, found !== undefined, model);
    if (source !== undefined) sources.push(source);
  }
  if (found === undefined) return sources;
  const { node, key } = found;
  const place = node.kind === 'scalar' && !isNull(node) ? node.origin : (key ?? node.origin);
  const written = writtenAt(node.origin, model.trace);
  const document = writtenAt(key ?? node.origin, model.trace) ?? written;
  const start = model.trace.written.find(
    ({ source, root }) => source === document?.source && nodeAt(root, here.slice(0, 2)) !== undefined,
  );
  sources.push({
    kind: part.kind,
    what: part.what,
    ...placed(place),
    value: toJson(encodeTree(node)),
    used: final !== undefined && isIn(node, final),
    via: start === undefined ? [] : viasOnTheWay(here, node.origin, start),
    variables: variablesAt(node, path, model),
  });
  return sources;
}

/** The part's value, or something inside of it, is also inside the final one. */
function isIn(node: Node, final: Node): boolean {
  const places = placesIn(final);
  const isThere = (each: Node): boolean => {
    if (each.kind === 'scalar') return places.has(each.origin);
    if (each.kind === 'sequence') return each.items.some(isThere);
    return [...each.entries.values()].some(({ value }) => isThere(value));
  };
  return places.has(node.origin) || isThere(node);
}

function resetSource(
  part: Contribution,
  reset: ModelPath,
  replaced: boolean,
  { trace }: Model,
): ExplainedSource | undefined {
  for (const { root } of trace.written) {
    const tagged = nodeAt(root, reset);
    if (tagged?.tag === undefined || (tagged.tag !== 'reset') !== replaced) continue;
    const tag = tagged.tag === 'clear' ? 'a tag beside "<<"' : `!${tagged.tag}`;
    const effect = replaced ? 'replaces what earlier sources say' : 'takes away what earlier sources say';
    return {
      kind: 'reset',
      what: `${part.what}: ${tag} at ${formatPath(reset)} ${effect}`,
      ...placed(tagged.origin),
      used: true,
      via: [],
      variables: [],
    };
  }
  return undefined;
}

function variablesAt(
  node: Node,
  path: ModelPath,
  { trace, surroundings }: Model,
): readonly ExplainedVariable[] {
  if (node.kind !== 'scalar') return [];
  const written = writtenAt(node.origin, trace);
  if (written === undefined) return [];
  const holder = formatPath(path.slice(2, -1));
  if (isNull(node) && (holder === 'environment' || holder === 'build.args'))
    return [variable(String(path.at(-1)), written.environment, surroundings)];
  const text = rawTextAt(node.origin, trace);
  return text === undefined ? [] : variablesOf(text, written.environment, surroundings);
}

/** `-p` and COMPOSE_PROJECT_NAME go before what files say. */
function namesInUse(
  sources: readonly ExplainedSource[],
  name: Encoded | undefined,
): readonly ExplainedSource[] {
  return sources.map((source) => ({ ...source, used: source.value === name }));
}

/** Of several sources of a single value only the last one that has its place is in it. */
function withOneWinner(
  sources: readonly ExplainedSource[],
  final: Node | undefined,
): readonly ExplainedSource[] {
  if (final?.kind !== 'scalar') return sources;
  const winner = sources.findLastIndex(({ used, kind }) => used && kind !== 'reset');
  return sources.map((source, index) =>
    source.kind === 'reset' || index === winner ? source : { ...source, used: false },
  );
}

/** The long form of a short text stands where the text stands, in all its parts, also those that the text leaves out. */
function isFromShortForm(path: ModelPath, value: Encoded | undefined, { tree, trace }: Model): boolean {
  const [node, around] = [nodeAt(tree, path), nodeAt(tree, path.slice(0, -1))];
  if (node === undefined || around === undefined || !isSamePlace(node.origin, around.origin)) return false;
  const text = rawTextAt(node.origin, trace);
  return text === undefined || !text.includes(String(value));
}

function lastReset(sources: readonly ExplainedSource[]): number {
  return sources.findLastIndex(({ kind }) => kind === 'reset');
}

function notesOn(
  value: Encoded | undefined,
  last: Json | undefined,
  parts: readonly Contribution[],
): readonly string[] {
  const isPlain = typeof value !== 'object' && typeof last !== 'object';
  if (!isPlain || value === undefined || last === undefined || value === last) return [];
  // A key without value takes one from outside, which its variables tell.
  if (last === null && value !== '') return [];
  const directory = parts.at(-1)?.projectDirectory;
  if (
    typeof value === 'string' &&
    typeof last === 'string' &&
    isAbsolute(value) &&
    !isAbsolute(last) &&
    directory !== undefined
  )
    return [`${JSON.stringify(last)} is a path; it starts from ${directory}`];
  return [`${JSON.stringify(last)} in its normal form`];
}

function placed({ source, start, end }: Origin): Pick<ExplainedSource, 'at' | 'frame'> {
  return { at: source.range(start, end), frame: source.frame(start, end) };
}

function toJson(value: Encoded): Json {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (!(value instanceof Map)) return (value as readonly Encoded[]).map(toJson);
  const record: Record<string, Json> = Object.create(null);
  for (const [key, item] of value as ReadonlyMap<string, Encoded>) record[key] = toJson(item);
  return record;
}
