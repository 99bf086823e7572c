/** What env files take for a blank: JavaScript's, but without the byte order mark and with U+0085. */
export const anyBlank = /[^\S\ufeff]|\u0085/;

export function trimBlanks(text: string): string {
  return trimBlanksBefore(trimBlanksAfter(text));
}

export function trimBlanksAfter(text: string): string {
  let end = text.length;
  while (end > 0 && anyBlank.test(text[end - 1] as string)) end -= 1;
  return text.slice(0, end);
}

export function trimBlanksBefore(text: string): string {
  let start = 0;
  while (start < text.length && anyBlank.test(text[start] as string)) start += 1;
  return text.slice(start);
}
