import { type Diagnostic, formatPosition } from '../core/diagnostic.ts';
import { DiagnosticsError, FlotillaError } from '../core/error.ts';
import { redact, redactFrame } from '../core/redact.ts';
import { stripControl } from '../core/text.ts';
import type { Style } from './style.ts';

export interface PresentedError {
  /** For standard error; ends in a newline. */
  readonly text: string;
  readonly exitCode: number;
}

/** What the program is, for the bug report. */
export interface Circumstances {
  /** `Flotilla v0.1.0, Node v20.19.0, linux x64` */
  readonly program: string;
  readonly commandWord: string;
}

/** How anything that a command threw is shown: the user's mistake, the world's fault, or a bug of ours. */
export function presentError(thrown: unknown, style: Style, circumstances: Circumstances): PresentedError {
  if (thrown instanceof DiagnosticsError) {
    return { text: presentDiagnostics(thrown.diagnostics, style), exitCode: thrown.exitCode };
  }
  if (thrown instanceof FlotillaError) {
    const code = thrown.code === 'cli.usage' ? '' : ` ${style.dim(`[${thrown.code}]`)}`;
    const lines = [
      `${style.red('error:')} ${clean(thrown.message)}${code}`,
      ...hintLines(thrown.hint, style),
    ];
    return { text: `${lines.join('\n')}\n`, exitCode: thrown.exitCode };
  }
  return { text: presentBug(thrown, style, circumstances), exitCode: 1 };
}

/** A diagnostic, or a finding of `lint`, whose code is of another list. */
type Shown = Omit<Diagnostic, 'code'> & { readonly code: string };

/** Each diagnostic with its position first, as editors and terminals make it a link. */
export function presentDiagnostics(diagnostics: readonly Shown[], style: Style): string {
  const unset = diagnostics.filter((diagnostic) => diagnostic.code === 'compose.unset-variable');
  const compact = unset.length >= manyVariables ? new Set(unset) : new Set();
  const last = unset.at(-1);
  return diagnostics
    .map((diagnostic) => {
      if (!compact.has(diagnostic)) return presentDiagnostic(diagnostic, style);
      return (
        headline(diagnostic, style) + (diagnostic === last ? lines(hintLines(variablesHint, style)) : '')
      );
    })
    .join('');
}

/** From this many on, variables that are not set have a line each and one hint for all. */
const manyVariables = 3;
const variablesHint = `Set them in the environment or in a .env file, give defaults as in "\${NAME:-value}", or write "$$" for a literal dollar sign.`;

function presentDiagnostic(diagnostic: Shown, style: Style): string {
  const { frame, hint } = diagnostic;
  return (
    headline(diagnostic, style) +
    lines([
      ...(frame === undefined ? [] : [stripControl(redactFrame(frame.replace(/\n$/, '')))]),
      ...hintLines(hint, style),
    ])
  );
}

function headline(diagnostic: Shown, style: Style): string {
  const position = formatPosition(diagnostic.at);
  const severity = diagnostic.severity === 'error' ? style.red('error:') : style.yellow('warning:');
  const also = diagnostic.also === undefined ? '' : ` (${diagnostic.also.length + 1} places)`;
  const place = position === '' ? '' : `${style.bold(clean(position))}: `;
  return `${place}${severity} ${clean(diagnostic.message)}${also} ${style.dim(`[${diagnostic.code}]`)}\n`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

function hintLines(hint: string | undefined, style: Style): readonly string[] {
  return hint === undefined ? [] : [`${style.cyan('hint:')} ${clean(hint)}`];
}

function presentBug(thrown: unknown, style: Style, { program, commandWord }: Circumstances): string {
  const lines = [
    `${style.red('error:')} Flotilla has a bug: ${clean(bugText(thrown))}`,
    ...traces(thrown),
    '',
    `${program}, during "flotilla ${commandWord}".`,
    'Please report these lines, with the Compose file if you can share it. Nothing that you did should end this way.',
  ];
  return `${lines.join('\n')}\n`;
}

/** Assertions say themselves that they are bugs; once is enough. */
function bugText(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/^bug in Flotilla: /, '');
}

function traces(thrown: unknown): readonly string[] {
  if (!(thrown instanceof Error)) return [];
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const cause =
    thrown.cause === undefined
      ? []
      : [`  caused by: ${clean(describe(thrown.cause))}`, ...traces(thrown.cause)];
  return [...frames.map((line) => clean(withoutFolder(line))), ...cause];
}

/** Compiled code remembers the folder in which it was built, and where the program lies is nobody's business. */
function withoutFolder(frame: string): string {
  return frame.replace(/(?:file:\/\/)?\/[^\s()]*\/(?=(?:cli\/)?[^\s()/]+:\d+:\d+)/, '');
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}

function clean(text: string): string {
  return stripControl(redact(text));
}
