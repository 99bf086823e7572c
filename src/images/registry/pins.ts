import type { LoadResult } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { FlotillaError } from '../../core/error.ts';
import { formatReference, parseReference } from './reference.ts';
import type { Registry } from './registry.ts';

/** An image that a project names. */
export interface ImageUse {
  readonly text: string;
  readonly path: readonly (string | number)[];
}

/** Each text with its pinned form, or with what is in the way. */
export type Pins = ReadonlyMap<string, string | FlotillaError>;

/** The text itself when it could not be pinned. */
export function pinned(text: string, pins: Pins): string {
  const pin = pins.get(text);
  return typeof pin === 'string' ? pin : text;
}

/** What is in the way of pinning, if anything, where the image is named. */
export function failureOf(
  { text, path }: ImageUse,
  pins: Pins,
  locate: LoadResult['locate'],
): readonly Diagnostic[] {
  const pin = pins.get(text);
  if (!(pin instanceof FlotillaError)) return [];
  const at = locate(path);
  return [
    {
      severity: 'error',
      code: pin.code,
      message: `failed to resolve digest for ${text}: ${pin.message}`,
      path: path.join('.'),
      ...(pin.hint === undefined ? {} : { hint: pin.hint }),
      ...(at === undefined ? {} : { at }),
    },
  ];
}

/** How many registries or images are asked at a time. */
const lanes = 8;

/** Asks for each text once. Rejects with the signal's reason when it aborts. */
export async function pinAll(
  uses: readonly ImageUse[],
  registry: Registry,
  signal: AbortSignal | undefined,
): Promise<Pins> {
  const pins = new Map<string, string | FlotillaError>();
  const waiting = new Set(uses.map(({ text }) => text)).values();
  const work = async () => {
    for (const text of waiting) pins.set(text, await pinOne(text, registry, signal));
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return pins;
}

async function pinOne(
  text: string,
  registry: Registry,
  signal: AbortSignal | undefined,
): Promise<string | FlotillaError> {
  try {
    const reference = parseReference(text);
    if (reference.digest !== undefined) return formatReference(reference);
    return formatReference({ ...reference, digest: await registry.digest(reference, signal) });
  } catch (thrown) {
    if (thrown instanceof FlotillaError) return thrown;
    throw thrown;
  }
}
