/** A string literal as Go writes it, which is how docker quotes the command of a container. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const character of text) quoted += escapes.get(character) ?? escapeUnprintable(character);
  return `${quoted}"`;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

function escapeUnprintable(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === ' ' || !/^[\p{C}\p{Z}]$/u.test(character)) return character;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
