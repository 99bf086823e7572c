import type { Origin } from '../tree/node.ts';
import { indentOf, type Line, lineAfter, lineAt, lineBefore, shortened } from './lines.ts';
import type { YAMLError } from './package.ts';

/** What the text itself gives away, whatever the parser stumbled over. */
export interface Clue {
  /** Where the mistake is, when the parser stumbled elsewhere. */
  readonly at?: Origin;
  readonly message?: string;
  readonly hint: string;
}

export const templateHint = `Let the tool that the template was written for fill it in first, or write \${NAME} for a value that varies.`;

export function findClue(problem: YAMLError, at: Origin): Clue | undefined {
  for (const look of looks) {
    const clue = look(problem, at);
    if (clue !== undefined) return clue;
  }
  return undefined;
}

type Look = (problem: YAMLError, at: Origin) => Clue | undefined;

/** A version control system left both sides of a conflict in the file. */
const mergeConflict: Look = (_, { source }) => {
  const marker = /^<{7} .*$/m.exec(source.text);
  if (marker === null) return undefined;
  return {
    at: { source, start: marker.index, end: marker.index + marker[0].length },
    message: 'A merge conflict is left in the file.',
    hint: 'Keep one of the two sides, and remove the lines with "<<<<<<<", "=======" and ">>>>>>>".',
  };
};

const template: Look = (_, { source, start }) =>
  lineAt(source.text, start).text.includes('{{')
    ? {
        message: 'This is a template, not a Compose file yet: "{{ }}" stands for text that is still to come.',
        hint: templateHint,
      }
    : undefined;

/** `key: value` with a deeper line below it reads to YAML as one value over two lines. */
const tooDeep: Look = (problem, { source, start }) => {
  if (problem.code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined;
  const line = lineAt(source.text, start);
  const next = lineAfter(source.text, line);
  if (next === undefined || !/^\s*[^\s#-][^:]*:(?:\s|$)/.test(next.text)) return undefined;
  const [indent, deeper] = [indentOf(line), indentOf(next)];
  if (deeper <= indent || /:\s+\S.*:\s/.test(line.text)) return undefined;
  const key = /^\s*([^:]*):/.exec(line.text)?.[1] ?? line.text.trim();
  return {
    at: { source, start: next.start + deeper, end: next.end },
    message: `This line is indented below ${JSON.stringify(key)}, which already has a value.`,
    hint: `Line it up with ${JSON.stringify(key)}: ${indent} spaces instead of ${deeper}.`,
  };
};

/** The place where a quote that is never closed probably was opened. */
const openQuote: Look = (problem, { source, start }) => {
  const quote = /closing ["']?(["'])/.exec(problem.message)?.[1];
  if (problem.code !== 'MISSING_CHAR' || quote === undefined) return undefined;
  const opened = source.text.lastIndexOf(quote, Math.max(0, start - 1));
  if (opened === -1) return undefined;
  return {
    at: { source, start: opened, end: opened + 1 },
    message: `A ${quote === '"' ? 'double' : 'single'} quote is opened and never closed.`,
    hint: `Close it with another ${quote} at the end of the value.`,
  };
};

const openBracket: Look = (problem, { source, start }) => {
  const kind = /^Flow (map|sequence) /.exec(problem.message)?.[1];
  if (kind === undefined) return undefined;
  const [open, close] = kind === 'map' ? ['{', '}'] : ['[', ']'];
  let closed = 0;
  let opened = start - 1;
  for (; opened >= 0; opened -= 1) {
    const character = source.text[opened];
    if (character === close) closed += 1;
    else if (character === open && closed === 0) break;
    else if (character === open) closed -= 1;
  }
  if (opened < 0) return undefined;
  return {
    at: { source, start: opened, end: opened + 1 },
    message: `A "${open}" is opened and never closed.`,
    hint: `Close it with "${close}"; what is between the two must be indented deeper than its key.`,
  };
};

const tab: Look = (_, { source, start }) =>
  /^ *\t/.test(lineAt(source.text, start).text)
    ? { hint: 'Indent with spaces, two per level; this line is indented with a tab.' }
    : undefined;

/** `KEY:value`, `KEY=value` or a bare `KEY` where the other lines are `KEY: value`. */
const noPair: Look = (problem, { source, start }) => {
  if (problem.code !== 'MULTILINE_IMPLICIT_KEY' && problem.code !== 'MISSING_CHAR') return undefined;
  const line = lineAt(source.text, start);
  const whole = wholeLine(source, line);
  const [, key, mark, value] = /^\s*(?:- )?([\w.-]+)(?:([:=])(\S.*))?$/.exec(line.text) ?? [];
  if (key === undefined) return undefined;
  if (mark === '=') {
    return {
      at: whole,
      message: `${JSON.stringify(shortened(line.text.trim()))} stands among "key: value" lines.`,
      hint: `Write ${JSON.stringify(shortened(`${key}: ${value}`))}, or make all of these lines a list with dashes.`,
    };
  }
  if (mark === ':') {
    return {
      at: whole,
      message: `The space after the colon of ${JSON.stringify(key)} is missing.`,
      hint: `Write ${JSON.stringify(shortened(`${key}: ${value}`))}.`,
    };
  }
  return {
    at: whole,
    message: `The colon after ${JSON.stringify(key)} is missing.`,
    hint: `Write "${key}:".`,
  };
};

const unevenDashes: Look = (problem, { source, start }) => {
  const line = lineAt(source.text, start);
  const before = lineBefore(source.text, line);
  if (!isProblemOfIndentation(problem) || before === undefined) return undefined;
  const [dash, dashBefore] = [/^\s*- /.test(line.text), /^\s*- /.test(before.text)];
  const [indent, indentBefore] = [indentOf(line), indentOf(before)];
  const at = wholeLine(source, line);
  if (dash && dashBefore && indent !== indentBefore) {
    return {
      at,
      message: `This entry of the list is indented by ${indent} spaces, the one before it by ${indentBefore}.`,
      hint: 'Line up the dashes.',
    };
  }
  if (dash !== dashBefore && Math.abs(indent - indentBefore) <= 2) {
    return {
      at,
      message: dash
        ? 'What began as "key: value" lines goes on as a list here.'
        : 'What began as a list goes on as "key: value" lines here.',
      hint: 'Use one form: a dash on every line, or on none of them.',
    };
  }
  return undefined;
};

/** A line between two levels. */
const betweenLevels: Look = (problem, { source, start }) => {
  if (problem.code !== 'BAD_INDENT') return undefined;
  const line = lineAt(source.text, start);
  const indent = indentOf(line);
  let deeper: Line | undefined;
  let above = lineBefore(source.text, line);
  while (above !== undefined && indentOf(above) > indent) {
    deeper = above;
    above = lineBefore(source.text, above);
  }
  if (above === undefined || deeper === undefined || indentOf(above) === indent) return undefined;
  return {
    at: wholeLine(source, line),
    message: `This line is indented by ${indent} spaces, and no line that it could belong to is.`,
    hint: `Indent it by ${indentOf(deeper)} spaces to stand beside ${nameOf(deeper)}, or by ${indentOf(above)} beside ${nameOf(above)}.`,
  };
};

const textAfterQuote: Look = (problem, { source, start }) => {
  if (!problem.message.startsWith('Unexpected scalar')) return undefined;
  const before = source.text.slice(lineAt(source.text, start).start, start).trimEnd();
  return before.endsWith('"') || before.endsWith("'")
    ? {
        message: 'The quote closes before the value ends.',
        hint: 'Put quotes of the other kind around the whole value, or take the inner quotes out.',
      }
    : undefined;
};

const colonInValue: Look = (problem, { source, start }) => {
  if (problem.code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined;
  const line = lineAt(source.text, start);
  const [, key, value] = /^\s*(?:- )?([^:]+):\s+(.*:(?:\s.*|))$/.exec(line.text) ?? [];
  if (key === undefined || value === undefined) return undefined;
  return {
    message: `The value of ${JSON.stringify(key)} has a colon in it, which makes it a "key: value" of its own.`,
    hint: /["']/.test(value)
      ? 'Put the whole value in quotes.'
      : `Put it in quotes: ${shortened(`${key}: "${value}"`)}`,
  };
};

const firstCharacter: Look = (problem, { source, start }) => {
  const character = source.text[start] ?? '';
  if (problem.code !== 'BAD_SCALAR_START' || !/[@`%&*!|>]/.test(character)) return undefined;
  const line = lineAt(source.text, start);
  return {
    at: { source, start, end: line.start + line.text.trimEnd().length },
    message: `A value cannot begin with ${JSON.stringify(character)}, which has a meaning of its own in YAML.`,
    hint: 'Put the value in quotes.',
  };
};

const looks: readonly Look[] = [
  mergeConflict,
  template,
  tooDeep,
  openQuote,
  openBracket,
  tab,
  unevenDashes,
  noPair,
  betweenLevels,
  textAfterQuote,
  colonInValue,
  firstCharacter,
];

function isProblemOfIndentation({ code }: YAMLError): boolean {
  return code === 'BAD_INDENT' || code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'UNEXPECTED_TOKEN';
}

function wholeLine(source: Origin['source'], line: Line): Origin {
  return { source, start: line.start + indentOf(line), end: line.start + line.text.trimEnd().length };
}

/** The key of a line, or its beginning. */
function nameOf({ text }: Line): string {
  return JSON.stringify(/^\s*(?:- )?([^:]*)/.exec(text)?.[1] ?? shortened(text.trim()));
}
