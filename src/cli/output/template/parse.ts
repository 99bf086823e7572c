import { formatFailure } from './failure.ts';
import type { Command, Operand, Pipeline, TemplateNode } from './nodes.ts';
import { cutTemplate, type TemplatePart, type Token } from './tokens.ts';

export function parseTemplate(source: string): readonly TemplateNode[] {
  const reader = { parts: cutTemplate(source), next: 0 };
  const { nodes, ended } = parseBody(reader);
  if (ended !== undefined)
    throw formatFailure(`"{{${ended.word}}}" has no "if", "range" or "with" before it`);
  return nodes;
}

interface Reader {
  readonly parts: readonly TemplatePart[];
  next: number;
}

interface Ending {
  readonly word: 'else' | 'end';
  /** What follows `else`: `if …`. */
  readonly rest: readonly Token[];
}

/** Reads up to `else`, `end` or the end of the text. */
function parseBody(reader: Reader): { readonly nodes: readonly TemplateNode[]; readonly ended?: Ending } {
  const nodes: TemplateNode[] = [];
  for (let part = reader.parts[reader.next]; part !== undefined; part = reader.parts[reader.next]) {
    reader.next += 1;
    if (part.kind === 'text') {
      nodes.push(part);
      continue;
    }
    const [first, ...rest] = part.tokens;
    const word = first?.kind === 'word' ? first.text : '';
    if (word === 'else' || word === 'end') return { nodes, ended: { word, rest } };
    if (word === 'if' || word === 'with' || word === 'range') nodes.push(parseBlock(reader, word, rest));
    else if (unsupportedWords.has(word)) throw formatFailure(`"${word}" is not supported`);
    else nodes.push({ kind: 'print', pipeline: parsePipeline(part.tokens) });
  }
  return { nodes };
}

const unsupportedWords = new Set(['define', 'template', 'block', 'break', 'continue']);

function parseBlock(reader: Reader, kind: 'if' | 'with' | 'range', tokens: readonly Token[]): TemplateNode {
  const pipeline = parsePipeline(tokens);
  const { nodes: body, ended } = parseBody(reader);
  if (ended === undefined) throw formatFailure(`"{{${kind}}}" has no "{{end}}"`);
  if (ended.word === 'end') return { kind, pipeline, body, otherwise: [] };
  const [next, ...rest] = ended.rest;
  if (next !== undefined) {
    if (next.kind !== 'word' || next.text !== 'if') throw formatFailure('after "else" only "if" may follow');
    return { kind, pipeline, body, otherwise: [parseBlock(reader, 'if', rest)] };
  }
  const otherwise = parseBody(reader);
  if (otherwise.ended?.word !== 'end') throw formatFailure(`"{{${kind}}}" has no "{{end}}"`);
  return { kind, pipeline, body, otherwise: otherwise.nodes };
}

function parsePipeline(tokens: readonly Token[]): Pipeline {
  const cursor = { tokens, next: 0 };
  const pipeline = readPipeline(cursor);
  if (cursor.next < tokens.length) throw formatFailure('a ")" has no "("');
  return pipeline;
}

interface Cursor {
  readonly tokens: readonly Token[];
  next: number;
}

function readPipeline(cursor: Cursor): Pipeline {
  const commands: Command[] = [];
  for (;;) {
    commands.push(readCommand(cursor));
    if (cursor.tokens[cursor.next]?.kind !== '|') return commands;
    cursor.next += 1;
  }
}

function readCommand(cursor: Cursor): Command {
  const operands: Operand[] = [];
  for (let token = cursor.tokens[cursor.next]; token !== undefined; token = cursor.tokens[cursor.next]) {
    if (token.kind === '|' || token.kind === ')') break;
    cursor.next += 1;
    operands.push(readOperand(token, cursor));
  }
  const [first, ...rest] = operands;
  if (first === undefined) throw formatFailure('a value is missing');
  return [first, ...rest];
}

function readOperand(token: Exclude<Token, { kind: '|' } | { kind: ')' }>, cursor: Cursor): Operand {
  switch (token.kind) {
    case 'literal':
      return token;
    case 'path':
      return { kind: 'path', from: token.root ? 'root' : 'dot', fields: token.fields };
    case 'word':
      return wordLiterals.has(token.text)
        ? { kind: 'literal', value: wordLiterals.get(token.text) }
        : { kind: 'function', name: token.text };
    case '(': {
      const from = readPipeline(cursor);
      if (cursor.tokens[cursor.next]?.kind !== ')') throw formatFailure('a "(" has no ")"');
      cursor.next += 1;
      const after = cursor.tokens[cursor.next];
      if (after?.kind !== 'path' || !after.attached) return { kind: 'path', from, fields: [] };
      cursor.next += 1;
      return { kind: 'path', from, fields: after.fields };
    }
  }
}

const wordLiterals: ReadonlyMap<string, boolean | undefined> = new Map([
  ['true', true],
  ['false', false],
  ['nil', undefined],
]);
