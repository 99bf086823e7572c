/**
 * The images that a Dockerfile begins with, as it names them: of each `FROM`, and of each `COPY --from` that names no
 * stage. Variables are those of the `ARG`s before the first `FROM`; what still has one is left to the builder.
 */
export function basesOf(dockerfile: string, args: Readonly<Record<string, string>>): readonly string[] {
  const variables = new Map<string, string>();
  const stages = new Set<string>();
  const bases = new Set<string>();
  let stageCount = 0;
  const note = (written: string): void => {
    const name = expand(written, variables);
    if (name.includes('$') || name === 'scratch' || stages.has(name.toLowerCase())) return;
    if (/^\d+$/.test(name) && Number(name) < stageCount) return;
    bases.add(name);
  };
  for (const line of instructions(dockerfile)) {
    const [word = '', ...rest] = line.split(/\s+/);
    switch (word.toUpperCase()) {
      case 'ARG':
        if (stageCount === 0) for (const entry of rest) noteArg(entry, args, variables);
        break;
      case 'FROM': {
        const [image = '', as, name] = rest.filter((each) => !each.startsWith('--'));
        note(image);
        stageCount += 1;
        if (as?.toUpperCase() === 'AS' && name !== undefined) stages.add(name.toLowerCase());
        break;
      }
      case 'COPY':
      case 'ADD': {
        const from = rest.find((each) => each.startsWith('--from='));
        if (from !== undefined) note(from.slice('--from='.length));
      }
    }
  }
  return [...bases];
}

/** Without comments, continued lines joined. */
function instructions(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\[ \t]*\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.trim());
}

function noteArg(
  entry: string,
  args: Readonly<Record<string, string>>,
  variables: Map<string, string>,
): void {
  const equals = entry.indexOf('=');
  const name = equals < 0 ? entry : entry.slice(0, equals);
  const written = equals < 0 ? undefined : entry.slice(equals + 1).replace(/^(["'])(.*)\1$/, '$2');
  const value = args[name] ?? (written === undefined ? undefined : expand(written, variables));
  if (value !== undefined) variables.set(name, value);
}

function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g, (whole, braced, fallback, plain) => {
    const value = variables.get(braced ?? plain);
    return value === undefined || value === '' ? (fallback ?? value ?? whole) : value;
  });
}
