import { suggest } from '../../core/suggest.ts';
import { limits } from '../limits.ts';
import type { Report } from '../report.ts';
import type { SourceText } from '../source/source-text.ts';
import type { Entry, MergeTag, Node, Origin } from '../tree/node.ts';
import { templateHint } from './clues.ts';
import { reportControlCharacter } from './control.ts';
import { explainSyntaxError, reportNesting } from './explain.ts';
import { reportHiddenLineEnds } from './line-ends.ts';
import { isMergeKey, isTakenAway, type MergePlace, withMerged } from './merge-key.ts';
import { type Alias, isAlias, isMap, isScalar, isSeq, type YAMLMap } from './package.ts';
import { resolvePlain, resolveTagged } from './scalar.ts';
import { reportTag } from './tags.ts';
import { reportWeight } from './weigh.ts';
import { type ParsedDocument, parseDocuments } from './words.ts';

/**
 * Reads the documents of one YAML file into located trees, with go-yaml's idea of what plain scalars mean. What is
 * wrong goes to the report, and then nothing is returned. Empty documents give a null node.
 */
export function parseYaml(source: SourceText, report: Report): readonly Node[] {
  if (reportControlCharacter(source, report) || reportWeight(source, report)) return [];
  reportHiddenLineEnds(source, report);
  if (report.failed) return [];
  const documents = readDocuments(source, report);
  const roots: Node[] = [];
  for (const document of documents) {
    const reader = new TreeReader(source, report);
    const root = reader.root(document);
    if (root !== undefined) roots.push(root);
  }
  return report.failed ? [] : roots;
}

/** Of a document's syntax errors only the first is reported: the others follow from it. */
function readDocuments(source: SourceText, report: Report): readonly ParsedDocument[] {
  const documents = parseDocuments(source.text, {
    schema: 'failsafe',
    version: '1.2',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (documents.length > limits.documents && documents.length * source.text.length > limits.documentWork) {
    report.error(
      'compose.limit-exceeded',
      `${source.file} has ${documents.length} documents, too many for one of its size.`,
      { hint: 'Write one document, or put the parts together with "include".' },
    );
    return [];
  }
  for (const document of documents) {
    const [first] = document.errors;
    if (first !== undefined) explainSyntaxError(first, source, report);
  }
  return report.failed ? [] : documents;
}

/** Turns one document of the `yaml` package into a located tree. */
class TreeReader {
  readonly #source: SourceText;
  readonly #report: Report;
  readonly #anchors = new Map<string, Anchored>();
  /** Anchors whose values are being read. */
  readonly #open = new Set<string>();
  /** Mappings that are written behind `<<`. */
  readonly #mergedHere = new Set<unknown>();
  #nodes = 0;
  #aliased = 0;
  #depth = 0;
  /** How many `!override` there are around a value. */
  #overrides = 0;
  /** What is wrong in the `!reset` that is being read: nobody looks at its value, unless by an alias. */
  #unseen: Mistake[] | undefined;
  readonly #repeated = new Set<Mistake>();
  #stopped = false;

  constructor(source: SourceText, report: Report) {
    this.#source = source;
    this.#report = report;
  }

  root(document: ParsedDocument): Node | undefined {
    if (document.contents === null) {
      const at = document.range?.[0] ?? 0;
      return { kind: 'scalar', type: 'null', value: null, origin: this.#origin([at, at]), tag: undefined };
    }
    return this.#node(document.contents);
  }

  #node(ast: unknown): Node | undefined {
    if (this.#stopped) return undefined;
    if (isAlias(ast)) return this.#alias(ast);
    const before = this.#nodes;
    const unseenBefore = this.#unseen?.length ?? 0;
    this.#nodes += 1;
    this.#depth += 1;
    const anchor = isScalar(ast) || isMap(ast) || isSeq(ast) ? ast.anchor : undefined;
    if (anchor !== undefined) this.#open.add(anchor);
    const node = this.#fresh(ast);
    this.#depth -= 1;
    if (anchor !== undefined) this.#open.delete(anchor);
    if (anchor !== undefined && node !== undefined) {
      const mistakes = this.#unseen?.slice(unseenBefore) ?? [];
      this.#anchors.set(anchor, { node, size: this.#nodes - before, mistakes });
    }
    return node;
  }

  #fresh(ast: unknown): Node | undefined {
    const tag = isScalar(ast) || isMap(ast) || isSeq(ast) ? ast.tag : undefined;
    if (tag === '!override') this.#overrides += 1;
    const before = this.#unseen;
    if (tag === '!reset' && this.#overrides === 0) this.#unseen ??= [];
    const node = this.#untagged(ast);
    this.#unseen = before;
    if (tag === '!override') this.#overrides -= 1;
    if (node !== undefined && tag !== undefined) reportTag(tag, node, this.#overrides > 0, this.#report);
    return node;
  }

  #untagged(ast: unknown): Node | undefined {
    if (isScalar(ast)) return this.#scalar(ast);
    if (this.#depth > limits.nesting) {
      this.#stopped = true;
      reportNesting(this.#origin(isMap(ast) || isSeq(ast) ? ast.range : undefined), this.#report);
      return undefined;
    }
    if (isMap(ast)) return this.#mapping(ast);
    if (isSeq(ast)) {
      const items: Node[] = [];
      for (const item of ast.items) {
        if (ast.flow === true) this.#checkColonBefore(item);
        const node = item === null ? this.#nothing(ast.range?.[0] ?? 0) : this.#node(item);
        if (node !== undefined) items.push(node);
      }
      return { kind: 'sequence', items, origin: this.#origin(ast.range), tag: mergeTag(ast.tag) };
    }
    return this.#nothing(0);
  }

  #scalar(ast: {
    value: unknown;
    type?: string;
    tag?: string;
    range?: readonly number[] | null;
    source?: string;
  }): Node {
    const text = ast.source ?? String(ast.value ?? '');
    const origin = this.#origin(ast.range);
    const tag = mergeTag(ast.tag);
    const plain = ast.type === 'PLAIN' || ast.type === undefined;
    if (ast.tag !== undefined && text === '') this.#checkEndOfTag(ast.tag, origin);
    const resolved =
      tag === undefined && ast.tag !== undefined && ast.tag !== '!'
        ? this.#tagged(text, ast.tag, origin)
        : undefined;
    if (resolved !== undefined) return { kind: 'scalar', ...resolved, origin, tag };
    if (!plain) return { kind: 'scalar', type: 'string', value: this.#folded(text, origin), origin, tag };
    // Whatever has a tag that YAML does not know is text.
    if (tag !== undefined) return { kind: 'scalar', type: 'string', value: text, origin, tag };
    return { kind: 'scalar', ...resolvePlain(text), origin, tag };
  }

  /** Blanks around what ends a line in quotes are lost. */
  #folded(text: string, { start, end }: Origin): string {
    if (!/[\u2028\u2029]/.test(text) || !/[\u2028\u2029]/.test(this.#source.text.slice(start, end)))
      return text;
    return text.replaceAll(/[ \t]*([\u2028\u2029])[ \t]*/g, '$1');
  }

  /** go-yaml needs a blank after a tag, also where nothing follows: `{a: !reset }`. */
  #checkEndOfTag(tag: string, origin: Origin): void {
    const { text } = this.#source;
    if (!/[,\]}]/.test(text[origin.start] ?? '') || /\s/.test(text[origin.start - 1] ?? ' ')) return;
    this.#report.error('compose.yaml-syntax', `did not find expected whitespace after the tag "${tag}"`, {
      at: origin,
      hint: `Write "${tag} null", or put a blank after the tag.`,
    });
  }

  /** In brackets go-yaml takes any colon before a text for the end of a key. */
  #checkColonBefore(...asts: readonly unknown[]): void {
    for (const ast of asts) {
      if (!isScalar(ast) || ast.type !== 'PLAIN' || ast.source?.startsWith(':') !== true) continue;
      this.#report.error('compose.yaml-syntax', 'A text in brackets cannot begin with a colon.', {
        at: this.#origin(ast.range),
        hint: `Put it in quotes: ${JSON.stringify(ast.source)}.`,
      });
    }
  }

  #tagged(text: string, tag: string, origin: Origin): ReturnType<typeof resolveTagged> {
    const core = /^(?:!!|tag:yaml\.org,2002:)(.+)$/.exec(tag)?.[1];
    if (core === undefined || !scalarTags.has(core)) return { type: 'string', value: text };
    const resolved = resolveTagged(text, core);
    if (resolved !== undefined) return resolved;
    this.#mistake('compose.yaml-syntax', `The value does not fit its tag "!!${core}".`, {
      at: origin,
      hint: 'Take the tag out: values get their type by how they are written.',
    });
    return { type: 'string', value: text };
  }

  #mapping(ast: YAMLMap): Node {
    const own = new Map<string, Entry>();
    let mergeKey: Origin | undefined;
    let merged: Node | undefined;
    for (const pair of ast.items) {
      if (ast.flow === true) this.#checkColonBefore(pair.key, pair.value);
      const key = this.#key(pair.key, ast);
      if (key?.merge === true)
        for (const each of isSeq(pair.value) ? pair.value.items : [pair.value]) this.#mergedHere.add(each);
      // Read behind a key that is none, too: there may be anchors.
      const value = pair.value === null ? this.#nothing(key?.origin.end ?? 0) : this.#node(pair.value);
      if (key === undefined || value === undefined) continue;
      const first = key.merge ? mergeKey : own.get(key.text)?.key;
      if (first !== undefined) {
        const line = this.#source.pointAt(first.start).line;
        this.#mistake(
          'compose.duplicate-key',
          `mapping key ${JSON.stringify(key.text)} already defined at line ${line}`,
          { at: key.origin, hint: 'Keep one of the two, or merge their values.' },
        );
        continue;
      }
      if (key.merge) {
        mergeKey = key.origin;
        merged = value;
      } else own.set(key.text, { key: key.origin, value });
    }
    const origin = this.#origin(ast.range);
    // What `<<` says of the earlier value it says of the mapping's: docker compose knows no path that leads through it.
    const tag = mergeTag(ast.tag) ?? (merged?.tag === undefined ? undefined : 'clear');
    const place = this.#mergePlace();
    const entries = merged === undefined || isTakenAway(merged, place) ? own : withMerged(own, merged, place);
    return { kind: 'mapping', entries, origin, tag };
  }

  #key(ast: unknown, parent: YAMLMap): { text: string; origin: Origin; merge: boolean } | undefined {
    if (isMergeKey(ast)) return { text: '<<', origin: this.#origin(ast.range), merge: true };
    const node = isAlias(ast)
      ? this.#alias(ast)
      : ast === null
        ? this.#nothing(parent.range?.[0] ?? 0)
        : this.#node(ast);
    if (node === undefined) return undefined;
    const origin = isAlias(ast) ? this.#origin(ast.range) : node.origin;
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.type === 'string') {
      return { text: node.value, origin, merge: false };
    }
    // go-yaml takes the keys of a mapping behind `<<` as text, and leaves one out that is null.
    if (node.kind === 'scalar' && this.#mergedHere.has(parent)) {
      const text = isScalar(ast) ? (ast.source ?? '') : String(node.value);
      if (node.value !== null) return { text, origin, merge: false };
      this.#report.warn('compose.merge', 'A key that is null is left out of what "<<" merges.', {
        at: origin,
        hint: keyHint(node, 'null'),
      });
      return undefined;
    }
    const shown = node.kind === 'scalar' ? String(node.value) : `a ${node.kind}`;
    this.#mistake('compose.invalid-type', `non-string key in a mapping: ${shown}`, {
      at: origin,
      hint: keyHint(node, shown),
    });
    return undefined;
  }

  #alias(ast: Alias): Node | undefined {
    if (this.#open.has(ast.source)) {
      this.#report.error('compose.yaml-syntax', `anchor '${ast.source}' value contains itself`, {
        at: this.#origin(ast.range),
        hint: 'Move the shared part out of the value that uses it.',
      });
      return undefined;
    }
    const target = this.#anchors.get(ast.source);
    if (target === undefined) {
      this.#report.error('compose.yaml-syntax', `unknown anchor '${ast.source}' referenced`, {
        at: this.#origin(ast.range),
        hint: () => anchorHint(ast.source, this.#anchors.keys()),
      });
      return undefined;
    }
    if (!isTakenAway(target.node, this.#mergePlace()))
      for (const mistake of target.mistakes) this.#repeat(mistake);
    this.#nodes += target.size;
    this.#aliased += target.size;
    if (this.#aliased > limits.aliasedNodes && !this.#stopped) {
      this.#stopped = true;
      this.#report.error(
        'compose.limit-exceeded',
        `The aliases of this document expand to more than ${limits.aliasedNodes} values.`,
        { at: this.#origin(ast.range), hint: 'Aliases inside aliased values multiply; use fewer of them.' },
      );
    }
    return target.node;
  }

  #mergePlace(): MergePlace {
    return {
      report: this.#report,
      mistake: (...mistake) => this.#mistake(...mistake),
      isOverridden: this.#overrides > 0,
    };
  }

  /** Reports what is wrong in a value, though not in one that nobody looks at. */
  #mistake(...mistake: Mistake): void {
    if (this.#unseen !== undefined) this.#unseen.push(mistake);
    else this.#report.error(...mistake);
  }

  /** A mistake of an aliased value is told once, however many aliases bring it. */
  #repeat(mistake: Mistake): void {
    if (this.#unseen !== undefined) this.#unseen.push(mistake);
    else if (!this.#repeated.has(mistake)) {
      this.#repeated.add(mistake);
      this.#report.error(...mistake);
    }
  }

  #nothing(at: number): Node {
    return { kind: 'scalar', type: 'null', value: null, origin: this.#origin([at, at]), tag: undefined };
  }

  #origin(range: readonly number[] | null | undefined): Origin {
    const start = range?.[0] ?? 0;
    return { source: this.#source, start, end: Math.max(start, range?.[1] ?? start) };
  }
}

type Mistake = Parameters<Report['error']>;

interface Anchored {
  readonly node: Node;
  readonly size: number;
  /** Those within it that are in a `!reset`, and not told. */
  readonly mistakes: readonly Mistake[];
}

function anchorHint(name: string, known: Iterable<string>): string {
  if (!/^[\w-]+$/.test(name))
    return `Put it in quotes: "*${name}". Without them "*" stands for a value with a name.`;
  const [near] = suggest(name, known);
  return near === undefined
    ? `Define it earlier in the same document with "&${name}".`
    : `Did you mean "*${near}"?`;
}

function keyHint(key: Node, shown: string): string {
  if (key.kind === 'scalar') {
    return typeof key.value === 'number'
      ? `Quote the key: "${shown}". A port is written as text without a space: "${shown}:${shown}".`
      : `Quote the key: "${shown}".`;
  }
  return key.origin.source.text.startsWith('{{', key.origin.start - 1)
    ? templateHint
    : 'A key is one word or a text in quotes.';
}

/** Whatever has another tag, also one of lists and mappings, is text. */
const scalarTags: ReadonlySet<string> = new Set([
  'str',
  'binary',
  'null',
  'bool',
  'int',
  'float',
  'timestamp',
]);

function mergeTag(tag: string | undefined): MergeTag | undefined {
  if (tag === '!reset') return 'reset';
  return tag === '!override' ? 'override' : undefined;
}
