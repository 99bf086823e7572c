import { digestOf, formatReference, parseReference } from '../../../../images/index.ts';
import { damaged } from '../../../tar/header.ts';
import { largestConfig, parseConfig } from '../config.ts';
import { archiveError } from '../failure.ts';
import type { Archive } from './archive.ts';
import type { ArchivedImage } from './image.ts';
import { need, readJson, readWhole } from './read.ts';

const listName = 'manifest.json';
const largestList = 16 * 1024 * 1024;

/** The images of a `docker save` archive of either layout; undefined when it is none. */
export async function dockerImages(archive: Archive): Promise<readonly ArchivedImage[] | undefined> {
  if ((await archive.find(listName)) === undefined) return undefined;
  const list = await readJson(archive, listName, largestList);
  if (!Array.isArray(list)) throw archiveError(archive.what, 'its manifest.json is no list');
  return Promise.all(list.map((item: unknown) => dockerImage(archive, item)));
}

async function dockerImage(archive: Archive, item: unknown): Promise<ArchivedImage> {
  const { Config: config, Layers: layers, RepoTags: tags } = (item ?? {}) as Record<string, unknown>;
  if (
    typeof config !== 'string' ||
    !isTexts(layers) ||
    !(tags === undefined || tags === null || isTexts(tags))
  )
    throw archiveError(archive.what, 'its manifest.json has an entry without Config and Layers');
  const bytes = await readWhole(archive, config, largestConfig);
  const id = digestOf(bytes);
  const promised = /([0-9a-f]{64})(?:\.json)?$/.exec(config)?.[1];
  if (promised !== undefined && id !== `sha256:${promised}`)
    throw damaged(archive.what, `the configuration ${JSON.stringify(config)} has the digest ${id}`);
  const { diffIds } = parseConfig(bytes, archive.what);
  if (diffIds.length !== layers.length)
    throw archiveError(
      archive.what,
      `it has ${layers.length} layers where its configuration has ${diffIds.length}`,
    );
  return {
    id,
    config: bytes,
    tags: (tags ?? []).map((tag) => formatReference(parseReference(tag))),
    layers: await Promise.all(
      layers.map(async (name, index) => {
        const file = await need(archive, name);
        const what = `layer ${index + 1} of ${archive.what}`;
        return { what, diffId: diffIds[index] ?? '', open: () => file.read() };
      }),
    ),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
