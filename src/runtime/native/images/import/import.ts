import { createReadStream } from 'node:fs';
import { quote } from '../../../../core/text.ts';
import { digestOf, type Platform } from '../../../../images/index.ts';
import type { ImageImportOptions, ImageInput } from '../../../image-verbs.ts';
import { openAddition, type StoreContext } from '../store/layers.ts';
import { fullTag } from '../tag.ts';
import { applyChanges } from './changes.ts';

/** Makes an image of one layer from a file system in a tar archive, packed or not; resolves to its id. */
export async function importImage(
  context: StoreContext,
  input: ImageInput,
  { reference, changes = [], message }: Omit<ImageImportOptions, 'platform'>,
  platform: Platform,
  signal?: AbortSignal,
): Promise<string> {
  const tags = reference === undefined ? [] : [fullTag(reference)];
  const config = applyChanges({}, changes);
  const what = input.kind === 'path' ? quote(input.path) : 'the archive on standard input';
  const addition = await openAddition(context);
  try {
    const open = () => (input.kind === 'path' ? createReadStream(input.path) : input.chunks);
    const layer = await addition.layer({ what, open }, signal);
    const created = new Date(context.clock.now()).toISOString();
    const comment = message ?? `Imported from ${input.kind === 'path' ? input.path : '-'}`;
    const { os, architecture, variant } = platform;
    const bytes = Buffer.from(
      JSON.stringify({
        architecture,
        ...(variant === undefined ? {} : { variant }),
        os,
        created,
        config,
        history: [{ created, comment }],
        rootfs: { type: 'layers', diff_ids: [layer] },
      }),
    );
    const id = digestOf(bytes);
    await addition.blob(id, bytes);
    await addition.image(id, { tags, digests: [], layers: [layer] });
    return id;
  } finally {
    await addition.end();
  }
}
