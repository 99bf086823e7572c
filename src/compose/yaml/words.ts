import { limits } from '../limits.ts';
import { Composer, type Document, Lexer, Parser } from './package.ts';

export type ParsedDocument = Document.Parsed;

/** Parses the documents of a text, cut into the words that go-yaml reads. */
export function parseDocuments(
  text: string,
  options: ConstructorParameters<typeof Composer>[0],
): readonly ParsedDocument[] {
  const parse = (words: Iterable<string>): readonly ParsedDocument[] => [
    ...new Composer(options).compose(tokens(text, words)),
  ];
  const documents = parse(new Lexer().lex(text));
  if (!hasErrors(documents)) return documents;
  // Where indentation counts, a bracket or quote that is never closed is found where it is opened.
  const words = [...withoutIndentation(new Lexer()).lex(text)];
  if (nestsDeeply(words)) return documents;
  const lenient = parse(words);
  return hasErrors(lenient) ? documents : lenient;
}

/** Parsing calls itself for what is within: such a text is refused, and not worth another try. */
function nestsDeeply(words: readonly string[]): boolean {
  let open = 0;
  /** Dashes and the like on one line, which nest like brackets. */
  let inLine = 0;
  return words.some((word) => {
    if (word === '[' || word === '{') open += 1;
    else if (word === ']' || word === '}') open -= 1;
    else if (word === '-' || word === '?') inLine += 1;
    else if (word.endsWith('\n')) inLine = 0;
    return open > limits.nesting || inLine > limits.nesting;
  });
}

function hasErrors(documents: readonly ParsedDocument[]): boolean {
  return documents.some(({ errors }) => errors.length > 0);
}

/** To go-yaml the indentation of lines within brackets and quotes means nothing; the lexer has no switch for that. */
function withoutIndentation(lexer: Lexer): Lexer {
  const insides = lexer as unknown as LexerInsides;
  for (const step of ['parseFlowCollection', 'parseQuotedScalar'] as const) {
    const parse = insides[step].bind(insides);
    insides[step] = function* () {
      const outside = insides.indentNext;
      insides.indentNext = 0;
      const next = yield* parse();
      insides.indentNext = outside;
      return next;
    };
  }
  return lexer;
}

interface LexerInsides {
  /** Columns that a line needs to belong to what is being read. */
  indentNext: number;
  parseFlowCollection(): Generator<string, unknown>;
  parseQuotedScalar(): Generator<string, unknown>;
}

function* tokens(text: string, words: Iterable<string>): ReturnType<Parser['parse']> {
  const parser = new Parser();
  for (const word of otherwiseCut.test(text) ? asInGo([...words]) : words) yield* parser.next(word);
  yield* parser.end();
}

/** Few texts have anything that the two cut differently. */
const otherwiseCut = /:[ \t]*[,\][{}]|\*[\w-]+:|!\S*,/;

/**
 * Where go-yaml cuts otherwise than YAML 1.2 does:
 * - in brackets a colon right before `,` or a bracket is a part of the plain text before it: `{a:}`, `{a: b:}`, `[a:]`;
 * - the name of an alias ends at a colon: `*a: 1`, `{*a: 1}`;
 * - in brackets a comma is a part of the tag before it: `[!override, b]` has one item.
 */
function* asInGo(words: readonly string[]): Generator<string, void> {
  let brackets = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const next = afterNothing(words, at + 1);
    if (word === scalarMark) {
      yield word;
      at += 1;
      const end = brackets > 0 ? endOfText(words, at) : at + 1;
      yield words
        .slice(at, end)
        .filter((each) => each !== scalarMark)
        .join('');
      at = end - 1;
    } else if (word.startsWith('!') && brackets > 0 && words[next] === ',' && isItem(words, next + 1)) {
      yield `${word},`;
      at = next;
    } else if (/^\*[\w-]+:$/.test(word) && (brackets > 0 || isBlank(words[at + 1]))) {
      yield word.slice(0, -1);
      yield ':';
    } else {
      if (word === '[' || word === '{') brackets += 1;
      else if (word === ']' || word === '}' || word === brokenOff) brackets = Math.max(0, brackets - 1);
      yield word;
    }
  }
}

/** Where the words after the plain text that begins here begin; a colon may belong to it. */
function endOfText(words: readonly string[], start: number): number {
  const colon = /^[ \t]+$/.test(words[start + 1] ?? '') ? start + 2 : start + 1;
  const next = afterNothing(words, colon + 1);
  return words[colon] === ':' && /^[,\][{}]$/.test(words[next] ?? '') ? next : start + 1;
}

/** The lexer puts an empty text where a comma follows a colon or a tag. */
function afterNothing(words: readonly string[], at: number): number {
  return words[at] === scalarMark && words[at + 1] === '' ? at + 2 : at;
}

/** After a blank stands what the tag before it is about; with a key there go-yaml gives up, for reasons of its own. */
function isItem(words: readonly string[], at: number): boolean {
  if (!isBlank(words[at])) return false;
  const rest = words.slice(at, at + 6).filter((each) => each !== scalarMark && !isBlank(each));
  return rest[1] !== ':';
}

function isBlank(word: string | undefined): boolean {
  return word === undefined || /^\s/.test(word);
}

/** The lexer's own: the next word is the text of a scalar; brackets end before they are closed. */
const scalarMark = '\u001f';
const brokenOff = '\u0018';
