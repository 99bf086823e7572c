/** How many columns of a terminal the text takes; it must hold no escape sequences. */
export function displayWidth(text: string): number {
  if (isAscii(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Cuts the text to at most `width` columns; what is cut off shows as `…`. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 0) return '';
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function characterWidth(character: string): number {
  if (isAscii(character)) return 1;
  // Compiled when first met: on their own, these two take half a millisecond of every command that prints a table.
  if (/^(?:\p{M}|[\u200b-\u200f]|\p{Variation_Selector})/u.test(character)) return 0;
  return isWide(character) ? 2 : 1;
}

/** East Asian wide characters and emoji, by blocks: exact enough to line columns up. */
function isWide(character: string): boolean {
  return /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u.test(
    character,
  );
}

function isAscii(text: string): boolean {
  return /^[\u0020-\u007e]*$/.test(text);
}
