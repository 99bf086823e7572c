import type { ImageUsage } from '../parts.ts';
import { sizeOf } from './prune.ts';
import type { ImageIndex } from './store/index-file.ts';

export function usageOf(index: ImageIndex): ImageUsage {
  const users = new Map<string, number>();
  const images = Object.entries(index.images).map(([id, { layers }]) => [id, [...new Set(layers)]] as const);
  for (const [, layers] of images) for (const layer of layers) users.set(layer, (users.get(layer) ?? 0) + 1);
  const uniqueOf = (layers: readonly string[]): number =>
    layers.reduce((sum, layer) => sum + (users.get(layer) === 1 ? (index.layers[layer]?.size ?? 0) : 0), 0);
  return { total: sizeOf(index), unique: new Map(images.map(([id, layers]) => [id, uniqueOf(layers)])) };
}
