import { formatPosition, type SourceRange } from '../../core/diagnostic.ts';
import { redactFrame } from '../../core/redact.ts';
import { stripControl } from '../../core/text.ts';
import type { EventError, RunEvent } from '../../scheduler/index.ts';
import type { Style } from '../style.ts';
import { clean } from './text.ts';

/** A notice as errors look: the word, the sentence, the next move. */
export function noticeText(notice: Extract<RunEvent, { readonly type: 'notice' }>, style: Style): string {
  const word = notice.level === 'warning' ? `${style.yellow('warning:')} ` : '';
  // The run knows no keyboard, whoever reads this has one.
  const hint = notice.code === 'run.cancelled' ? 'Press Ctrl+C again to stop at once.' : notice.hint;
  return `${placeText(notice.at, style)}${word}${clean(notice.message)}${codeText(notice.code, style)}\n${hintText(hint, style)}`;
}

/** What made a run fail, whole and with hints, for the end of the output: the rows had room for one line. */
export function failureText(
  { errors }: Extract<RunEvent, { readonly type: 'run.settled' }>,
  style: Style,
): string {
  const distinct = [...new Map(errors.map((error) => [errorText(error, style), error])).values()];
  const texts = distinct.map(({ hint, ...error }, index) => {
    // The same advice for several failures, of one registry for example, stands below the last of them.
    const again = distinct.slice(index + 1).some((later) => later.hint === hint);
    return errorText(hint === undefined || again ? error : { ...error, hint }, style);
  });
  return texts.join('');
}

function errorText({ code, message, hint, at, frame, evidence = [] }: EventError, style: Style): string {
  if (code === 'bug') return `${style.red('error:')} Flotilla has a bug: ${clean(message)}\n`;
  const place = placeText(at, style);
  const source = frame === undefined ? '' : `${stripControl(redactFrame(frame.replace(/\n$/, '')))}\n`;
  return `${place}${style.red('error:')} ${clean(message)}${codeText(code, style)}\n${source}${evidence.map((each) => evidenceText(each, style)).join('')}${hintText(hint, style)}`;
}

function placeText(at: SourceRange | undefined, style: Style): string {
  const position = formatPosition(at);
  return position === '' ? '' : `${style.bold(clean(position))}: `;
}

/** Indented below the sentence that it belongs to; a bar keeps the words of others apart from ours. */
function evidenceText({ title, lines }: NonNullable<EventError['evidence']>[number], style: Style): string {
  const said = lines.map((line) => `    ${style.dim('|')} ${clean(line)}\n`);
  return `  ${clean(title)}\n${said.join('')}`;
}

function codeText(code: string | undefined, style: Style): string {
  return code === undefined ? '' : ` ${style.dim(`[${code}]`)}`;
}

function hintText(hint: string | undefined, style: Style): string {
  return hint === undefined ? '' : `${style.cyan('hint:')} ${clean(hint)}\n`;
}
