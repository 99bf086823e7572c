/** Chooses paths by patterns as a `.dockerignore` has them; paths are relative and have slashes. */
export interface PathPatterns {
  /** Whether the path, or a folder that it is in, is meant. The last pattern that speaks of it decides. */
  matches(path: string): boolean;
  /** Whether all that can be in a folder is meant, so that nobody needs to look into it. */
  coverAll(folder: string): boolean;
}

interface Pattern {
  readonly isException: boolean;
  readonly expression: RegExp;
  /** Its first names, up to the first one that stands for several. */
  readonly beginning: string;
}

/**
 * Patterns as Docker reads them (https://docs.docker.com/build/concepts/context/#dockerignore-files): `*` and `?` within a
 * name, `[a-z]`, `**` for any number of folders, `\` before a character that means itself, `!` for an exception.
 */
export function pathPatterns(lines: readonly string[]): PathPatterns {
  const patterns = lines.flatMap(parse);
  const matches = (path: string): boolean => {
    const places = pathAndFolders(path);
    let isMeant = false;
    for (const { isException, expression } of patterns) {
      if (places.some((place) => expression.test(place))) isMeant = !isException;
    }
    return isMeant;
  };
  const isExceptedBelow = (folder: string): boolean =>
    patterns.some(
      ({ isException, beginning }) =>
        isException && (isWithin(beginning, folder) || isWithin(folder, beginning) || beginning === ''),
    );
  return { matches, coverAll: (folder) => matches(folder) && !isExceptedBelow(folder) };
}

/** The patterns in the text of a `.dockerignore`. */
export function ignoreFileLines(text: string): readonly string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'));
}

function parse(line: string): readonly Pattern[] {
  const trimmed = line.trim();
  const isException = trimmed.startsWith('!');
  const names = (isException ? trimmed.slice(1).trim() : trimmed)
    .split('/')
    .filter((name) => name !== '' && name !== '.');
  const clean = withoutClimbing(names);
  if (clean.length === 0) return [];
  const first = clean.findIndex((name) => /[*?[\\]/.test(name));
  return [
    {
      isException,
      expression: new RegExp(`^${clean.map(expressionOf).join('')}$`, 's'),
      beginning: clean.slice(0, first < 0 ? clean.length : first).join('/'),
    },
  ];
}

function withoutClimbing(names: readonly string[]): readonly string[] {
  return names.reduce<readonly string[]>(
    (clean, name) => (name === '..' && clean.length > 0 ? clean.slice(0, -1) : [...clean, name]),
    [],
  );
}

/** With the slash before it, except of the first one. */
function expressionOf(name: string, index: number, names: readonly string[]): string {
  const isLast = index === names.length - 1;
  const afterAny = index > 0 && names[index - 1] === '**';
  const slash = index === 0 || afterAny ? '' : '/';
  if (name === '**') return isLast ? `${slash}.*` : `${slash}(?:.*/)?`;
  return slash + nameExpression(name);
}

function nameExpression(name: string): string {
  let expression = '';
  for (let at = 0; at < name.length; at += 1) {
    const character = name[at] ?? '';
    const next = name[at + 1];
    const end = character === '[' ? name.indexOf(']', at + 2) : -1;
    if (character === '*') {
      // Within a name `**` crosses folders, too.
      expression += next === '*' ? '.*' : '[^/]*';
      if (next === '*') at += 1;
    } else if (character === '?') expression += '[^/]';
    else if (end > 0) {
      expression += classExpression(name.slice(at + 1, end));
      at = end;
    } else if (character === '\\' && next !== undefined) {
      expression += literal(next);
      at += 1;
    } else expression += literal(character);
  }
  return expression;
}

/** One whose range is the wrong way round matches nothing. */
function classExpression(content: string): string {
  const expression = `[${content.replace(/[\\[\]]/g, '\\$&')}]`;
  try {
    new RegExp(expression);
    return expression;
  } catch {
    return '(?!)';
  }
}

function literal(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function pathAndFolders(path: string): readonly string[] {
  const names = path.split('/');
  return names.map((_, index) => names.slice(0, names.length - index).join('/'));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
