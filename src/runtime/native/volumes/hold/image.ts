import { join } from 'node:path';
import type { ImageMount } from '../../../../volumes/index.ts';
import type { HeldMount, HostMount } from '../../parts.ts';
import type { Context } from '../context.ts';
import { mountHost } from '../host-mounts.ts';
import { imageMountName } from '../record.ts';
import { subpathIn } from './subpath.ts';

/** What is in an image, with a place of the container's own for what is written unless it is read-only. */
export async function holdImage(
  context: Context,
  spec: ImageMount,
  container: string,
  layers: readonly string[],
): Promise<HeldMount> {
  const { target, readOnly, subpath } = spec;
  const [only, ...others] = layers;
  const plain = readOnly && only !== undefined && others.length === 0;
  const host = plain ? undefined : hostMount(context, imageMountName(container, target), layers, readOnly);
  if (host !== undefined) await mountHost(context, host);
  const top = host?.target ?? only ?? '';
  const source = subpath === undefined ? top : subpathIn(top, subpath, `image ${JSON.stringify(spec.image)}`);
  return {
    oci: {
      destination: target,
      type: 'bind',
      source,
      options: ['rbind', 'rprivate', readOnly ? 'ro' : 'rw'],
    },
    observed: { kind: 'image', source: spec.image, target },
    readOnly,
    anonymous: false,
    ...(host === undefined ? {} : { host }),
  };
}

function hostMount({ root }: Context, name: string, layers: readonly string[], readOnly: boolean): HostMount {
  return {
    kind: 'image',
    target: join(root.volatile, 'volumes', 'images', name),
    layers,
    ...(readOnly ? {} : { own: join(root.lasting, 'volumes', '.images', name) }),
  };
}
