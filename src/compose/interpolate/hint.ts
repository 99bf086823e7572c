import { suggest } from '../../core/suggest.ts';

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

/** What to do about a variable that is not set; a dollar sign in the middle of a word was probably meant as one. */
export function unsetHint(name: string, text: string, names: () => Iterable<string>): string {
  const literal = `write "$$${name}" for a literal dollar sign`;
  const unbraced = text.indexOf(`$${name}`);
  if (unbraced > 0 && /\w/.test(text.charAt(unbraced - 1))) {
    return `If the dollar sign belongs to the text, ${literal}; else set ${name}, or give it a default as in "\${${name}:-value}".`;
  }
  // Nearly every short name is near to another.
  const [near] = name.length < 3 ? [] : suggest(name, names(), 1);
  const meant = near === undefined ? '' : `Did you mean ${near}? Else set`;
  return `${meant === '' ? 'Set' : meant} ${name}, give it a default as in "\${${name}:-value}", or ${literal}.`;
}
