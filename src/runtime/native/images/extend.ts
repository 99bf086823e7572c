import { digestOf } from '../../../images/index.ts';
import type { ExtendRequest } from '../parts.ts';
import { applyChanges, type ConfigFields } from './import/changes.ts';
import { noSuchImage } from './save.ts';
import { readBlob } from './store/find.ts';
import { readIndex } from './store/index-file.ts';
import { openAddition, type StoreContext } from './store/layers.ts';
import { fullTag } from './tag.ts';

/** As `ImageStore.extend`. What the image's configuration says besides is the new one's, too. */
export async function extendImage(
  context: StoreContext,
  request: ExtendRequest,
  signal?: AbortSignal,
): Promise<string> {
  const { base, what, reference, author, message, by } = request;
  const tags = reference === undefined ? [] : [fullTag(reference)];
  const before = readIndex(context.places).images[base];
  const blob = readBlob(context.places, base);
  if (before === undefined || blob === undefined) throw noSuchImage(base);
  const known = JSON.parse(blob.toString()) as Known;
  const settings = { ...known.config, ...request.config };
  const config = applyChanges(
    replacesCommand(request.changes) ? { ...settings, Cmd: null } : settings,
    request.changes,
  );
  const addition = await openAddition(context);
  try {
    // Claimed, so that they stay if somebody removes the image meanwhile.
    for (const diffId of before.layers) {
      await addition.layer({ what: `layer ${diffId}`, diffId, open: () => lost(base) }, signal);
    }
    const layer = await addition.layer({ what, open: request.archive }, signal);
    const created = new Date(context.clock.now()).toISOString();
    const layers = [...before.layers, layer];
    const step = {
      created,
      created_by: by,
      ...(author === undefined ? {} : { author }),
      ...(message === undefined ? {} : { comment: message }),
    };
    const bytes = Buffer.from(
      JSON.stringify({
        ...known,
        created,
        ...(author === undefined ? {} : { author }),
        config,
        history: [...(known.history ?? []), step],
        rootfs: { type: 'layers', diff_ids: layers },
      }),
    );
    const id = digestOf(bytes);
    await addition.blob(id, bytes);
    await addition.image(id, { tags, digests: [], layers });
    return id;
  } finally {
    await addition.end();
  }
}

/** As in a Dockerfile, a new entry point does not get the command of the old one. */
function replacesCommand(changes: readonly string[]): boolean {
  const names = changes.map((change) => change.trim().split(/\s/, 1)[0]?.toUpperCase());
  return names.includes('ENTRYPOINT') && !names.includes('CMD');
}

/** The part of a configuration that is looked at (opencontainers/image-spec, config.md). */
interface Known {
  readonly config?: ConfigFields | null;
  readonly history?: readonly object[] | null;
}

function lost(image: string): never {
  throw noSuchImage(image);
}
