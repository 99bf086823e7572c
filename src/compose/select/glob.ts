/** Matches a whole name against `*`, `?`, `[a-z]` and `\x`, as Go's filepath.Match does; a bad pattern matches nothing. */
export function matchesGlob(pattern: string, name: string): boolean {
  if (pattern === name) return true;
  if (!/[*?[\\]/.test(pattern)) return false;
  const source = toRegExpSource(pattern);
  return source !== undefined && new RegExp(`^${source}$`, 's').test(name);
}

function toRegExpSource(pattern: string): string | undefined {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] as string;
    if (character === '*') {
      if (!source.endsWith('[^/]*')) source += '[^/]*';
    } else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end === -1) return undefined;
      const inside = pattern.slice(at + 1, end).replace(/[\\\]]/g, '\\$&');
      source += inside.startsWith('^') ? `[^${inside.slice(1)}]` : `[${inside}]`;
      at = end;
    } else if (character === '\\') {
      at += 1;
      if (at >= pattern.length) return undefined;
      source += escapeRegExp(pattern[at] as string);
    } else source += escapeRegExp(character);
  }
  return source;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
