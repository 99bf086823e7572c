import type { ImageStep } from '../../driver.ts';
import { lookUp } from './names.ts';
import { readBlob } from './store/find.ts';
import { readIndex } from './store/index-file.ts';
import type { Places } from './store/places.ts';

/** What the configuration tells (opencontainers/image-spec, config.md), with the sizes of its layers. */
export function historyOf(places: Places, reference: string): readonly ImageStep[] | undefined {
  const index = readIndex(places);
  const match = lookUp(index, reference);
  const image = match === undefined ? undefined : index.images[match.id];
  const bytes = match === undefined ? undefined : readBlob(places, match.id);
  if (match === undefined || image === undefined || bytes === undefined) return undefined;
  const layers = image.layers.values();
  const steps = entriesOf(bytes).map((entry): ImageStep => {
    const diffId = entry['empty_layer'] === true ? undefined : layers.next().value;
    const createdAt = Date.parse(textOf(entry['created']));
    return {
      ...(createdAt > 0 ? { createdAt } : {}),
      by: textOf(entry['created_by']),
      size: diffId === undefined ? 0 : (index.layers[diffId]?.size ?? 0),
      comment: textOf(entry['comment']),
    };
  });
  return steps.reverse().map((step, position) => (position === 0 ? { id: match.id, ...step } : step));
}

type Fields = Readonly<Record<string, unknown>>;

function entriesOf(config: Buffer): readonly Fields[] {
  const { history } = JSON.parse(config.toString('utf8')) as { readonly history?: unknown };
  return Array.isArray(history)
    ? history.filter((entry): entry is Fields => typeof entry === 'object' && entry !== null)
    : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
