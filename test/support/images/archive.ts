import { createHash } from 'node:crypto';
import { folder, type MadeEntry, makeTar } from './tar.ts';

export function sha256(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export interface MadeImage {
  readonly tags?: readonly string[];
  /** Archives, packed or not. */
  readonly layers: readonly Buffer[];
  /** Of the layers out of their packing; found out where they are not packed. */
  readonly diffIds?: readonly string[];
  readonly config?: object;
  /** Fields of the configuration beside `config`. */
  readonly more?: object;
}

export function configOf({ layers, diffIds, config = {}, more = {} }: MadeImage): Buffer {
  return Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      created: '2020-01-02T03:04:05Z',
      config,
      rootfs: { type: 'layers', diff_ids: diffIds ?? layers.map(sha256) },
      ...more,
    }),
  );
}

/** An archive as `docker save` wrote it before it knew of OCI. */
export function dockerArchive(images: readonly MadeImage[], extra: readonly MadeEntry[] = []): Buffer {
  const entries: MadeEntry[] = [];
  const list = images.map((image, number) => {
    const config = configOf(image);
    const configName = `${sha256(config).slice(7)}.json`;
    entries.push({ name: configName, content: config });
    const layers = image.layers.map((content, index) => {
      const name = `image${number}layer${index}/layer.tar`;
      entries.push(folder(`image${number}layer${index}`), { name, content });
      return name;
    });
    return { Config: configName, RepoTags: image.tags ?? null, Layers: layers };
  });
  return makeTar([...entries, ...extra, { name: 'manifest.json', content: JSON.stringify(list) }]);
}

export function idOf(image: MadeImage): string {
  return sha256(configOf(image));
}
