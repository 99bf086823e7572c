import { redact } from '../../core/redact.ts';
import { stripControl } from '../../core/text.ts';

/** Text of others made fit for the screen: no secrets, no control characters. */
export function clean(text: string): string {
  return stripControl(redact(text));
}

/** The first line, for places that have room for one; the whole message follows when the command ends. */
export function firstLine(text: string): string {
  return clean(text).split('\n', 1)[0] ?? '';
}
