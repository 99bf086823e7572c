/** A command on one line as Docker's lists have it: words with a space stand in quotes, whatever they hold. */
export function shownCommand(words: readonly string[]): string {
  return words.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ');
}
