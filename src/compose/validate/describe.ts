import { formatPath } from '../tree/path.ts';
import type { Fault } from './faults.ts';
import { definition, type Place } from './place.ts';
import type { SchemaProblem } from './problem.ts';
import type { Speller } from './spelling.ts';
import { typeHint } from './type-hint.ts';
import { nameTypes } from './type-names.ts';
import { unknownKeyHint } from './unknown-key.ts';

/** The sentence for a fault. The wording is docker compose's, because scripts look for it. */
export function describe(fault: Fault, spell: Speller): SchemaProblem {
  const { place } = fault;
  const { path } = place;
  const at = formatPath(path);
  switch (fault.kind) {
    case 'type':
      return problem('compose.invalid-type', path, wrongType(place), typeHint(place));
    case 'unknown-key': {
      const message = notAllowed(at, [fault.key]);
      const hint = unknownKeyHint(place, fault.key, spell);
      return { ...problem('compose.unknown-key', [...path, fault.key], message, hint), atKey: true };
    }
    case 'bad-name': {
      const message = notAllowed(at, [fault.key]);
      return {
        ...problem('compose.invalid-value', [...path, fault.key], message, nameHint(fault.key)),
        atKey: true,
      };
    }
    case 'missing-keys':
      return problem('compose.missing-key', path, missing(at, fault.keys), missingHint(place, fault.keys));
    case 'choice':
      return problem(
        'compose.invalid-value',
        path,
        mustBeOneOf(at, fault.choices),
        choiceHint(place, fault.choices, spell),
      );
    case 'pattern': {
      const message = `${at} '${String(place.value)}' does not match pattern '${fault.pattern}'`;
      return problem(
        'compose.invalid-value',
        path,
        message,
        choiceHint(place, wordsOf(fault.pattern), spell),
      );
    }
    case 'minimum': {
      const message = `${at} must be greater than or equal to ${fault.limit}`;
      return problem('compose.invalid-value', path, message, rangeHint(place));
    }
    case 'maximum': {
      const message = `${at} must be less than or equal to ${fault.limit}`;
      return problem('compose.invalid-value', path, message, rangeHint(place));
    }
    case 'duplicate-item': {
      const [first, second] = duplicates(place.value as readonly unknown[]);
      const message = `${at} items at ${first} and ${second} are equal`;
      return problem('compose.invalid-value', [...path, second], message, 'remove one of them');
    }
  }
}

/** `services.web additional properties 'imagee' not allowed`. */
export function notAllowed(at: string, keys: readonly string[]): string {
  const names = keys.map((key) => `'${key}'`).join(', ');
  return `${at}${at === '' ? '' : ' '}additional properties ${names} not allowed`;
}

export function wrongType(place: Place): string {
  const what = place.path.length === 0 ? 'top-level object' : formatPath(place.path);
  return `${what} must be ${nameTypes(place.schema)}`;
}

function missing(at: string, keys: readonly string[]): string {
  const names = keys.map((key) => `'${key}'`).join(', ');
  return `${at} missing ${keys.length === 1 ? 'property' : 'properties'} ${names}`;
}

/** For what is mostly left out because nobody knows that it is needed. */
function missingHint({ schema }: Place, keys: readonly string[]): string {
  if (schema === definition('dependency')) return 'write `condition: service_started` or `service_healthy`';
  if (schema === definition('serviceVolume'))
    return 'write `type: bind` for a path of the host, `type: volume` for a volume';
  return `add ${orList(keys.map((key) => `\`${key}:\``)).replace(' or ', ' and ')} to it`;
}

function mustBeOneOf(at: string, choices: readonly string[]): string {
  const names = choices.map((choice) => `'${choice}'`).join(', ');
  return choices.length === 1 ? `${at} value must be ${names}` : `${at} value must be one of ${names}`;
}

function choiceHint(place: Place, choices: readonly string[], spell: Speller): string | undefined {
  if (typeof place.value === 'object') return undefined;
  const typed = String(place.value);
  const nearest = choices.find((choice) => choice.includes(`_${typed}`)) ?? spell(typed, choices);
  if (nearest !== undefined) return `did you mean \`${nearest}\`?`;
  return choices.length === 0 ? undefined : `write ${orList(choices.map((choice) => `\`${choice}\``))}`;
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function nameHint(key: string): string {
  return key === '' ? 'a name cannot be empty' : 'a name may hold letters, digits, `.`, `_` and `-`';
}

function rangeHint({ schema: { minimum, maximum } }: Place): string {
  if (minimum !== undefined && maximum !== undefined) return `write a number from ${minimum} to ${maximum}`;
  return minimum === undefined ? `write ${maximum} or less` : `write ${minimum} or more`;
}

function wordsOf(pattern: string): readonly string[] {
  return pattern.split('|').filter((word) => /^\w+$/.test(word));
}

function duplicates(items: readonly unknown[]): readonly [number, number] {
  const seen = new Map<unknown, number>();
  for (const [index, item] of items.entries()) {
    const first = seen.get(item);
    if (first !== undefined) return [first, index];
    seen.set(item, index);
  }
  return [0, 0];
}

function problem(
  code: SchemaProblem['code'],
  path: SchemaProblem['path'],
  message: string,
  hint?: string,
): SchemaProblem {
  return { path, code, message, ...(hint === undefined ? {} : { hint }) };
}
