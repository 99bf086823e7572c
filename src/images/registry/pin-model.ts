import type { LoadResult } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Encoded } from '../../core/go-json.ts';
import { failureOf, type ImageUse, pinAll, pinned } from './pins.ts';
import type { Registry } from './registry.ts';

/** `pinImages` for a model that was not bound to types, whose variables are as they were written. */
export async function pinModel(
  model: Encoded,
  locate: LoadResult['locate'],
  registry: Registry,
  signal?: AbortSignal,
): Promise<{ readonly model: Encoded; readonly diagnostics: readonly Diagnostic[] }> {
  const uses = [...entriesOf(entriesOf(model).get('services'))].flatMap(imagesOf);
  const pins = await pinAll(uses, registry, signal);
  const pin = (text: Encoded) => (typeof text === 'string' ? pinned(text, pins) : text);
  return {
    model: changeServices(model, (service) =>
      changeEntry(changeEntry(service, 'image', pin), 'volumes', (volumes) =>
        listOf(volumes).map((mount) => (isImageMount(mount) ? changeEntry(mount, 'source', pin) : mount)),
      ),
    ),
    diagnostics: uses.flatMap((use) => failureOf(use, pins, locate)),
  };
}

/** `onlyImages` of a model that was not bound to types. */
export function onlyImagesOfModel(model: Encoded): Encoded {
  const services = entriesOf(model).get('services') ?? new Map();
  return changeServices(new Map([['services', services]]), (service) => {
    const image = entriesOf(service).get('image');
    const mounted = listOf(entriesOf(service).get('volumes')).filter(isImageMount);
    return new Map<string, Encoded>([
      ...(image === undefined ? [] : [['image', image] as const]),
      ...(mounted.length === 0 ? [] : [['volumes', mounted] as const]),
    ]);
  });
}

function imagesOf([name, service]: readonly [string, Encoded]): readonly ImageUse[] {
  const image = entriesOf(service).get('image');
  const mounted = listOf(entriesOf(service).get('volumes')).flatMap((mount, index) => {
    const source = isImageMount(mount) ? entriesOf(mount).get('source') : undefined;
    return typeof source === 'string'
      ? [{ text: source, path: ['services', name, 'volumes', index, 'source'] }]
      : [];
  });
  return typeof image === 'string'
    ? [{ text: image, path: ['services', name, 'image'] }, ...mounted]
    : mounted;
}

function isImageMount(mount: Encoded): boolean {
  return entriesOf(mount).get('type') === 'image';
}

function changeServices(model: Encoded, change: (service: Encoded) => Encoded): Encoded {
  return changeEntry(
    model,
    'services',
    (services) => new Map([...entriesOf(services)].map(([name, service]) => [name, change(service)])),
  );
}

function changeEntry(value: Encoded, key: string, change: (value: Encoded) => Encoded): Encoded {
  const entries = new Map(entriesOf(value));
  const entry = entries.get(key);
  if (entry !== undefined) entries.set(key, change(entry));
  return entries;
}

function entriesOf(value: Encoded | undefined): ReadonlyMap<string, Encoded> {
  return value instanceof Map ? (value as ReadonlyMap<string, Encoded>) : new Map();
}

function listOf(value: Encoded | undefined): readonly Encoded[] {
  return Array.isArray(value) ? (value as readonly Encoded[]) : [];
}
