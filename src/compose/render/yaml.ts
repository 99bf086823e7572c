import { type Encoded, Spelled } from '../../core/go-json.ts';
import { formatFloat } from '../../core/go-number.ts';
import { resolvePlain } from '../yaml/scalar.ts';

/** Block YAML the way docker compose prints it: two spaces, sequences indented, quotes only where they are needed. */
export function writeYaml(value: Encoded): string {
  const lines: string[] = [];
  writeBlock(value, '', lines, '');
  return `${lines.join('\n')}\n`;
}

/** `lead` is what stands before the value on its first line: a key, or a dash or colon, after which a blank stands. */
function writeBlock(value: Encoded, margin: string, lines: string[], lead: string): void {
  if (value instanceof Map) writeMapping(value, margin, lines, lead);
  else if (Array.isArray(value)) writeSequence(value, margin, lines, lead);
  else {
    const gap = lead === '' || lead.endsWith(' ') ? '' : ' ';
    if (value instanceof Spelled) lines.push(`${lead}${gap}${value.yaml}`);
    else lines.push(`${lead}${gap}${scalarText(value as Exclude<Encoded, object> | null, margin)}`);
  }
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
  const goesOn = lead.endsWith(' ');
  if (lead !== '' && !goesOn) lines.push(lead);
  let first = goesOn ? lead : undefined;
  for (const [key, item] of value) {
    const inner = `${margin}  `;
    const start = first ?? margin;
    first = undefined;
    if (isSimpleKey(key)) writeBlock(item, inner, lines, `${start}${scalarString(key, '')}:`);
    else {
      lines.push(`${start}? ${scalarString(key, inner)}`);
      writeBlock(item, inner, lines, `${margin}: `);
    }
  }
}

function writeSequence(value: readonly Encoded[], margin: string, lines: string[], lead: string): void {
  if (value.length === 0) {
    lines.push(`${lead}${lead === '' || lead.endsWith(' ') ? '' : ' '}[]`);
    return;
  }
  const goesOn = lead.endsWith(' ');
  if (lead !== '' && !goesOn) lines.push(lead);
  let first = goesOn ? lead : undefined;
  for (const item of value) {
    const start = `${first ?? margin}- `;
    first = undefined;
    writeBlock(item, `${margin}  `, lines, start);
  }
}

/** A key of many lines, or of more than 128 bytes, stands alone behind a question mark. */
function isSimpleKey(key: string): boolean {
  return !/[\n\r\u0085\u2028\u2029]/.test(key) && (key.length < 43 || Buffer.byteLength(key) <= 128);
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
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? String(value) : formatFloat(value);
}

function scalarString(text: string, margin: string): string {
  if (needsDouble(text)) return doubleQuoted(text);
  if (text.includes('\n')) return literal(text, margin);
  if (text === '' || looksTyped(text)) return doubleQuoted(text);
  if (isPlain(text)) return text;
  // What comes after the end of a line is indented, and what indents it is no part of the text.
  return `'${text.replaceAll("'", "''").replaceAll(/[\u2028\u2029]+(?=.)/gs, `$&${margin}`)}'`;
}

/** Text that an unquoted reader would take for something else than text. */
function looksTyped(text: string): boolean {
  return resolvePlain(text).type !== 'string' || oldBooleans.test(text) || baseSixty.test(text);
}

const oldBooleans = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
const baseSixty = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** What only double quotes can carry: control characters, and blanks that another style would lose. */
function needsDouble(text: string): boolean {
  if (unprintable.test(text) || / [\u2028\u2029]|[\u2028\u2029] /.test(text)) return true;
  return text.includes('\n') ? / \n| $/.test(text) : text.includes('\t');
}

/** Beyond the basic plane nothing counts as printable to go-yaml. */
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff\ufeff\ufffe\uffff]/;

function isPlain(text: string): boolean {
  if (/^ | $|[\u2028\u2029]/.test(text)) return false;
  if (/^[,[\]{}#&*!|>'"%@`]/.test(text)) return false;
  if (/^[-?:](?:\s|$)/.test(text)) return false;
  if (/^(?:---|\.\.\.)/.test(text)) return false;
  return !/: |:$| #/.test(text);
}

function literal(text: string, margin: string): string {
  const chomp = text.endsWith('\n\n') || text === '\n' ? '+' : text.endsWith('\n') ? '' : '-';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const rows = body.split('\n').map((row) => (row === '' ? '' : `${margin}${row}`));
  const indent = /^[ \n]/.test(text) ? '2' : '';
  return [`|${indent}${chomp}`, ...rows].join('\n');
}

function doubleQuoted(text: string): string {
  // go-yaml looks for a byte order mark at the beginning of the text, whichever character it is about to write.
  const escapesAll = text.startsWith('\ufeff');
  let quoted = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const short = shortEscapes.get(character);
    if (short !== undefined) quoted += short;
    else if (!escapesAll && !unprintable.test(character)) quoted += character;
    else if (code <= 0xff) quoted += `\\x${hex(code, 2)}`;
    else quoted += code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  }
  return `"${quoted}"`;
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\u001b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0085', '\\N'],
  ['\u00a0', '\\_'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);

function hex(code: number, width: number): string {
  return code.toString(16).toUpperCase().padStart(width, '0');
}
