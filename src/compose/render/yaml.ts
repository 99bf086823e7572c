import type { Encoded } from '../../core/go-json.ts';
import { resolvePlain } from '../yaml/scalar.ts';

/** Block YAML the way docker compose prints it: two spaces, sequences indented, quotes only where they are needed. */
export function writeYaml(value: Encoded): string {
  const lines: string[] = [];
  writeBlock(value, '', lines, '');
  return `${lines.join('\n')}\n`;
}

/** `lead` is what stands before the value on its first line: a key, or a dash. */
function writeBlock(value: Encoded, margin: string, lines: string[], lead: string): void {
  if (value instanceof Map) return writeMapping(value as ReadonlyMap<string, Encoded>, margin, lines, lead);
  if (Array.isArray(value)) return writeSequence(value as readonly Encoded[], margin, lines, lead);
  lines.push(
    `${lead}${lead === '' || lead.endsWith(' ') ? '' : ' '}${scalarText(value as Exclude<Encoded, object> | null, margin)}`,
  );
}

function writeMapping(
  value: ReadonlyMap<string, Encoded>,
  margin: string,
  lines: string[],
  lead: string,
): void {
  if (value.size === 0) {
    lines.push(`${lead}${lead === '' || lead.endsWith(' ') ? '' : ' '}{}`);
    return;
  }
  const inDash = lead.endsWith('- ');
  if (lead !== '' && !inDash) lines.push(lead);
  let first = inDash ? lead : undefined;
  for (const [key, item] of value) {
    const start = `${first ?? margin}${keyText(key)}:`;
    first = undefined;
    writeBlock(item, `${margin}  `, lines, start);
  }
}

function writeSequence(value: readonly Encoded[], margin: string, lines: string[], lead: string): void {
  if (value.length === 0) {
    lines.push(`${lead}${lead === '' || lead.endsWith(' ') ? '' : ' '}[]`);
    return;
  }
  const inDash = lead.endsWith('- ');
  if (lead !== '' && !inDash) lines.push(lead);
  let first = inDash ? lead : undefined;
  for (const item of value) {
    const start = `${first ?? margin}- `;
    first = undefined;
    writeBlock(item, `${margin}  `, lines, start);
  }
}

function keyText(key: string): string {
  return key.includes('\n') ? JSON.stringify(key) : scalarString(key, '');
}

function scalarText(value: string | number | bigint | boolean | null, margin: string): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return scalarString(value, margin);
  if (typeof value === 'number') return numberText(value);
  return String(value);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

function scalarString(text: string, margin: string): string {
  if (needsDouble(text)) return doubleQuoted(text);
  if (text.includes('\n')) return literal(text, margin);
  if (text === '' || looksTyped(text)) return doubleQuoted(text);
  return isPlain(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** Text that an unquoted reader would take for something else than text. */
function looksTyped(text: string): boolean {
  return resolvePlain(text).type !== 'string' || oldBooleans.test(text) || baseSixty.test(text);
}

const oldBooleans = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
const baseSixty = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

function needsDouble(text: string): boolean {
  return (
    /[\u0000-\u0008\u000b-\u001f\u007f-\u0084\u0086-\u009f\u2028\u2029\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])/.test(
      text,
    ) ||
    /\t/.test(text) ||
    (text.includes('\n') && /^[ \n]|\n $| \n/.test(text))
  );
}

function isPlain(text: string): boolean {
  if (/^[\s]|[\s]$/.test(text)) return false;
  if (/^[,[\]{}#&*!|>'"%@`=]/.test(text)) return false;
  if (/^[-?:](?:\s|$)/.test(text)) return false;
  if (/^(?:---|\.\.\.)/.test(text)) return false;
  return !/: |:$| #/.test(text);
}

function literal(text: string, margin: string): string {
  const chomp = text.endsWith('\n\n') || text === '\n' ? '+' : text.endsWith('\n') ? '' : '-';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const rows = body.split('\n').map((row) => (row === '' ? '' : `${margin}${row}`));
  return [`|${chomp}`, ...rows].join('\n');
}

function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
