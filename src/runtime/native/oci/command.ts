import type { ContainerSpec } from '../../spec.ts';
import type { ImageConfig } from '../parts.ts';
import { refuse } from './refuse.ts';

/**
 * What is run. The image's command belongs to the image's entrypoint, so it goes when the spec gives an entrypoint;
 * `[]` clears either. Throws `engine.request` when nothing is left.
 */
export function commandOf(spec: ContainerSpec, image: ImageConfig): readonly string[] {
  const replaced = (spec.entrypoint ?? []).length > 0;
  const entrypoint = spec.entrypoint ?? image.entrypoint;
  const command = spec.command ?? (replaced ? [] : image.command);
  // One empty word stands for no entrypoint in what other tools write.
  const words = [...(entrypoint.length === 1 && entrypoint[0] === '' ? [] : entrypoint), ...command];
  if (words.length === 0) {
    throw refuse(
      `services.${spec.service}`,
      `neither the service nor image "${spec.image}" says what to run`,
      'Set command or entrypoint.',
    );
  }
  return words;
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The engine's own variables, then the service's, then those of the image that the service does not speak of. A bare
 * `KEY` takes the variable away, whoever set it; HOME is there in any case.
 */
export function environmentOf(
  spec: ContainerSpec,
  image: ImageConfig,
  own: { readonly hostname: string; readonly home: string },
): readonly string[] {
  const variables = new Map<string, string>([
    ['PATH', defaultPath],
    ['HOSTNAME', own.hostname],
    ...(spec.tty ? [['TERM', 'xterm'] as const] : []),
  ]);
  const said = new Set<string>();
  const put = (entry: string): void => {
    const equals = entry.indexOf('=');
    const key = equals < 0 ? entry : entry.slice(0, equals);
    said.add(key);
    if (equals < 0) variables.delete(key);
    else variables.set(key, entry.slice(equals + 1));
  };
  for (const entry of spec.environment) put(entry);
  for (const entry of image.environment) if (!said.has(keyOf(entry))) put(entry);
  if (!variables.has('HOME')) variables.set('HOME', own.home);
  return [...variables].map(([key, value]) => `${key}=${value}`);
}

function keyOf(entry: string): string {
  return entry.split('=', 1)[0] ?? '';
}
