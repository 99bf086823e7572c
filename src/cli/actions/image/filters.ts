import { type Driver, hasLabel, type KeptImage } from '../../../runtime/index.ts';
import { momentOf, splitFilter, unknownFilter } from '../housekeeping/filters.ts';
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
export async function listTest(filters: readonly string[], driver: Driver): Promise<ImageTest> {
  const tests = new Map<string, ImageTest[]>();
  for (const filter of filters) {
    const { name, value } = splitFilter(filter);
    const test = await listFilter(name, value, driver);
    if (test === undefined)
      throw unknownFilter(filter, ['dangling', 'label', 'reference', 'before', 'since']);
    // Labels have to be there all of them.
    const kind = name === 'label' ? filter : name;
    tests.set(kind, [...(tests.get(kind) ?? []), test]);
  }
  return (image) => [...tests.values()].every((any) => any.some((test) => test(image)));
}

/** What `image prune --filter` says. */
export function pruneTest(filters: readonly string[], now: number): ImageTest {
  const tests = filters.map((filter): ImageTest => {
    const { name, value } = splitFilter(filter);
    if (name === 'until') {
      const until = momentOf(value, now);
      return ({ createdAt }) => createdAt === undefined || createdAt < until;
    }
    if (name === 'label') return withLabel(value);
    if (name === 'label!') return (image) => !withLabel(value)(image);
    throw unknownFilter(filter, ['until', 'label', 'label!']);
  });
  return (image) => tests.every((test) => test(image));
}

async function listFilter(name: string, value: string, driver: Driver): Promise<ImageTest | undefined> {
  switch (name) {
    case 'dangling': {
      const isWanted = /^(?:1|t|true)$/i.test(value);
      return ({ observed }) => (observed.tags.length === 0) === isWanted;
    }
    case 'label':
      return withLabel(value);
    case 'before':
    case 'since': {
      const other = await driver.inspectImage(value);
      if (other === undefined) throw noSuchImage(value);
      const moment = other.createdAt ?? 0;
      return ({ createdAt = 0 }) => (name === 'before' ? createdAt < moment : createdAt > moment);
    }
    default:
      return undefined;
  }
}

function withLabel(wanted: string): ImageTest {
  return ({ observed: { labels } }) => hasLabel(labels, wanted);
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
