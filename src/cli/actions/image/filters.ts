import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import { parseDuration } from '../../../core/units.ts';
import type { ImageVerbs, KeptImage } from '../../../runtime/index.ts';
import { noSuchImage } from './with-images.ts';

export type ImageTest = (image: KeptImage) => boolean;

/** Patterns of names among what `image ls --filter` says, and the other filters. */
export function patternsOf(filters: readonly string[]): {
  readonly patterns: readonly string[];
  readonly others: readonly string[];
} {
  const prefix = 'reference=';
  return {
    patterns: filters
      .filter((filter) => filter.startsWith(prefix))
      .map((filter) => filter.slice(prefix.length)),
    others: filters.filter((filter) => !filter.startsWith(prefix)),
  };
}

/** What the other filters say; those of one kind widen it, those of several narrow it. */
export async function listTest(filters: readonly string[], images: ImageVerbs): Promise<ImageTest> {
  const tests = new Map<string, ImageTest[]>();
  for (const filter of filters) {
    const { name, value } = split(filter);
    const test = await listFilter(name, value, images);
    if (test === undefined) throw unknown(filter, 'dangling, label, reference, before and since');
    // Labels have to be there all of them.
    const kind = name === 'label' ? filter : name;
    tests.set(kind, [...(tests.get(kind) ?? []), test]);
  }
  return (image) => [...tests.values()].every((any) => any.some((test) => test(image)));
}

/** What `image prune --filter` says. */
export function pruneTest(filters: readonly string[], now: number): ImageTest {
  const tests = filters.map((filter): ImageTest => {
    const { name, value } = split(filter);
    if (name === 'until') {
      const until = momentOf(value, now);
      return ({ createdAt }) => createdAt === undefined || createdAt < until;
    }
    if (name === 'label') return hasLabel(value);
    if (name === 'label!') return (image) => !hasLabel(value)(image);
    throw unknown(filter, 'until, label and label!');
  });
  return (image) => tests.every((test) => test(image));
}

async function listFilter(name: string, value: string, images: ImageVerbs): Promise<ImageTest | undefined> {
  switch (name) {
    case 'dangling': {
      const isWanted = /^(?:1|t|true)$/i.test(value);
      return ({ observed }) => (observed.tags.length === 0) === isWanted;
    }
    case 'label':
      return hasLabel(value);
    case 'before':
    case 'since': {
      const other = await images.find(value);
      if (other === undefined) throw noSuchImage(value);
      const moment = other.createdAt ?? 0;
      return ({ createdAt = 0 }) => (name === 'before' ? createdAt < moment : createdAt > moment);
    }
    default:
      return undefined;
  }
}

function hasLabel(text: string): ImageTest {
  const { name, value } = text.includes('=') ? split(text) : { name: text, value: undefined };
  return ({ observed: { labels } }) =>
    labels[name] !== undefined && (value === undefined || labels[name] === value);
}

/** Images with those of their names that fit one of the patterns of a shell, with their tag or without; the others go. */
export function named(images: readonly KeptImage[], patterns: readonly string[]): readonly KeptImage[] {
  if (patterns.length === 0) return images;
  const expressions = patterns.map(expressionOf);
  const fits = (name: string): boolean =>
    expressions.some(
      (expression) => expression.test(name) || expression.test(name.replace(/(?:@.*|:[^:/]*)$/, '')),
    );
  return images.flatMap((image) => {
    const { observed } = image;
    const [tags, repoDigests] = [observed.tags.filter(fits), observed.repoDigests.filter(fits)];
    if (tags.length + repoDigests.length === 0) return [];
    return { ...image, observed: { ...observed, tags, repoDigests } };
  });
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return new RegExp(`^${source}$`);
}

function momentOf(text: string, now: number): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return now - duration / 1e6;
  const moment = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (!Number.isNaN(moment)) return moment;
  throw new FlotillaError('cli.usage', `${quote(text)} is no time`, {
    hint: 'It is 24h, or 2026-01-31T12:00:00Z.',
  });
}

function split(filter: string): { readonly name: string; readonly value: string } {
  const equals = filter.indexOf('=');
  if (equals < 1) throw new FlotillaError('cli.usage', `invalid filter ${quote(filter)}: it is NAME=VALUE`);
  return { name: filter.slice(0, equals), value: filter.slice(equals + 1) };
}

function unknown(filter: string, known: string): FlotillaError {
  return new FlotillaError('cli.usage', `unsupported filter ${quote(filter)}`, {
    hint: `There are ${known}.`,
  });
}
