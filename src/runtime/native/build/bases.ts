export interface Given {
  /** Variables of the command line and the Compose file. */
  readonly args: Readonly<Record<string, string>>;
  /** Named contexts: such a name stands for no image. */
  readonly contexts: Readonly<Record<string, string>>;
}

export interface Base {
  /** As it is written there, variables replaced. */
  readonly name: string;
  /** A stage further down has the same name: `FROM nginx AS nginx`. */
  readonly isStage: boolean;
}

/**
 * The images that a Dockerfile takes files from, as it names them: of each `FROM`, and of each `COPY --from` and
 * `RUN --mount=from=` that names no stage and no context. Variables are those of the `ARG`s before the first `FROM`; what
 * still has one is left to the builder.
 */
export function basesOf(dockerfile: string, { args, contexts }: Given): readonly Base[] {
  const variables = new Map<string, string>();
  const stages = new Set<string>();
  const bases = new Set<string>();
  let stageCount = 0;
  const note = (written: string): void => {
    const name = expand(written, variables);
    if (name.includes('$') || name === 'scratch' || stages.has(name.toLowerCase())) return;
    if (Object.hasOwn(contexts, name)) return;
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
        break;
      }
      case 'RUN':
        for (const mount of rest.filter((each) => each.startsWith('--mount='))) {
          const from = /[=,]from=([^,]+)/.exec(mount)?.[1];
          if (from !== undefined) note(from);
        }
    }
  }
  return [...bases].map((name) => ({ name, isStage: stages.has(name.toLowerCase()) }));
}

/** Without comments and the texts that follow an instruction (`RUN <<EOF`), continued lines joined. */
function instructions(text: string): readonly string[] {
  const found: string[] = [];
  const ends: RegExp[] = [];
  let begun = '';
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (ends.length > 0) {
      if (ends[0]?.test(line) === true) ends.shift();
      continue;
    }
    if (/^\s*#/.test(line)) continue;
    const continued = /\\[ \t]*$/.test(line);
    begun += `${line.replace(/\\[ \t]*$/, '')} `;
    if (continued) continue;
    const instruction = begun.trim();
    begun = '';
    found.push(instruction);
    if (!/^(?:RUN|COPY|ADD)\s/i.test(instruction)) continue;
    // Without an end it is no such text.
    const rest = lines.slice(index + 1);
    ends.push(...endsOfTexts(instruction).filter((end) => rest.some((each) => end.test(each))));
  }
  return begun === '' ? found : [...found, begun.trim()];
}

function endsOfTexts(instruction: string): readonly RegExp[] {
  return [...instruction.matchAll(/(?:^|\s|\d)<<(-?)(["']?)([A-Za-z_]\w*)\2/g)].map(
    ([, tabs, , word]) => new RegExp(`^${tabs === '-' ? '\\t*' : ''}${word}$`),
  );
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
