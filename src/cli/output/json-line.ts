import { redact, redactFrame } from '../../core/redact.ts';

/** A value as one line of JSON that a terminal may show: without secrets and without control characters. */
export function jsonLine(value: object): string {
  return `${escapeControl(JSON.stringify(value, redacted))}\n`;
}

/** JSON leaves these as they are, and a terminal may obey them. */
export function escapeControl(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function redacted(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return key === 'frame' ? redactFrame(value) : redact(value);
}
