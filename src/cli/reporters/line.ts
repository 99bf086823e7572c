import type { Row } from './row.ts';
import { recreateWords } from './words.ts';

/** docker compose 2's spacing; what it does not tell (sizes, reasons, messages) follows its word. */
export function lineOf({ label, text, detail }: Row): string {
  const separator = text === recreateWords.doing ? ': ' : ' ';
  return ` ${label}  ${text}${detail === '' ? '' : `${separator}${detail}`}\n`;
}
