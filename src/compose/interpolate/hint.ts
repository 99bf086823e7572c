/** What to do about an expression that is no variable; `fragment` starts at its `${`. */
export function interpolationHint(fragment: string): string {
  const literal = 'You may need to escape any $ with another $: write "$$" for a literal dollar sign.';
  const name = /^\$\{([_a-z][_a-z0-9]*)/i.exec(fragment)?.[1];
  if (name === undefined) return `A variable is \${NAME}, with letters, digits and underscores. ${literal}`;
  const rest = fragment.slice(name.length + 2);
  if (/^:?=/.test(rest))
    return `Compose cannot assign a variable; for a default write \${${name}:-value}. ${literal}`;
  if (/^(?:#|%|\/|,|\^|@)/.test(rest))
    return `Of the shell's forms Compose knows only :- - :? ? :+ and +. ${literal}`;
  if (!fragment.includes('}')) return `The "}" that closes \${${name} is missing. ${literal}`;
  if (fragment.includes('\n')) return `The text after ${name} must be on one line. ${literal}`;
  return `After the name comes "}" or one of :- - :? ? :+ and +. ${literal}`;
}
