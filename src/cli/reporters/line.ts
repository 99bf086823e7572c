import type { Row } from './row.ts';

/** docker compose 2's spacing; what it does not tell (sizes, reasons, messages) follows its word. */
export function lineOf({ label, state, text, detail }: Row): string {
  const separator = state === 'working' || state === 'warning' ? ': ' : ' ';
  return ` ${label}  ${text}${detail === '' ? '' : `${separator}${detail}`}\n`;
}
