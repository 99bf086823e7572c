/** Turns comments, and the contents of strings if asked, into spaces; every line break stays where it was. */
export function blankOut(text: string, { strings }: { readonly strings: boolean }): string {
  return text.replace(tokens, (token, offset: number) => {
    if (token.startsWith('//') || token.startsWith('/*')) return blank(token);
    if (token.startsWith('/')) return isRegExp(text, offset) ? blank(token) : token;
    if (!strings) return token;
    return token.startsWith('`')
      ? blankTemplate(token)
      : `${token[0]}${blank(token.slice(1, -1))}${token.at(-1)}`;
  });
}

const tokens =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/g;

/** A slash starts a regular expression where no value can end before it. */
function isRegExp(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - 20), offset).trimEnd();
  return before === '' || /[=(,:[!&|?{};\n]$|=>$|\breturn$/.test(before);
}

/** What a template interpolates is code and stays. */
function blankTemplate(token: string): string {
  return token.replace(/\$\{[^}]*\}|[^`\n]/g, (piece) => (piece.length > 1 ? piece : ' '));
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
