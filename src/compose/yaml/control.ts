import type { Report } from '../report.ts';
import type { SourceText } from '../source/source-text.ts';

/** YAML is made of printable characters; docker compose refuses a file with others. A byte order mark may come first. */
export function reportControlCharacter(source: SourceText, report: Report): boolean {
  const { text } = source;
  const first = text.startsWith('\uFEFF') ? 1 : 0;
  const found = text.slice(first).search(unprintable);
  if (found === -1) return false;
  const start = first + found;
  const code = text.charCodeAt(start).toString(16).padStart(4, '0');
  report.error('compose.yaml-syntax', `control characters are not allowed: U+${code.toUpperCase()}`, {
    at: { source, start, end: start + 1 },
    hint: text.includes('\0')
      ? 'This is no text file, or it is UTF-16 without a mark at its beginning: save it as UTF-8.'
      : `Remove it, or write it as "\\u${code}" in double quotes.`,
  });
  return true;
}

// Half of a pair of surrogates is no character.
const unprintable =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
