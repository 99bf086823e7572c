import { parse } from 'yaml';
import { validateCompose } from '../../../src/compose/validate/index.ts';

/** What the validator says of a YAML text, one problem a paragraph: code, path, message and hint. */
export function problemsIn(yaml: string): string {
  const problems = validateCompose(parse(yaml));
  return problems
    .map(({ code, path, message, hint, atKey }) => {
      const place = `${path.join(' ') || 'the document'}${atKey === true ? ' (key)' : ''}`;
      return [`${code} at ${place}`, message, ...(hint === undefined ? [] : [`hint: ${hint}`])].join('\n  ');
    })
    .join('\n');
}
