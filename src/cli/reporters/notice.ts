import type { RunEvent } from '../../scheduler/index.ts';
import type { Style } from '../style.ts';
import { clean } from './text.ts';

/** A notice as the errors at the end of a command look: the word, the sentence, the next move. */
export function noticeText(notice: Extract<RunEvent, { readonly type: 'notice' }>, style: Style): string {
  const word = notice.level === 'warning' ? `${style.yellow('warning:')} ` : '';
  const code = notice.code === undefined ? '' : ` ${style.dim(`[${notice.code}]`)}`;
  const hint = notice.hint === undefined ? '' : `${style.cyan('hint:')} ${clean(notice.hint)}\n`;
  return `${word}${clean(notice.message)}${code}\n${hint}`;
}
