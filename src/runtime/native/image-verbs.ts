import type { ImageVerbs, KeptImage } from '../image-verbs.ts';
import { withImageUsers } from './containers/users.ts';
import type { Engine } from './engine.ts';
import type { StoredImage } from './parts.ts';

/** The commands on images, which know of containers what the store does not. */
export function imageVerbs(engine: Engine): ImageVerbs {
  const { images } = engine.parts;
  const withUsers = withImageUsers(engine);
  return {
    async list(signal) {
      signal?.throwIfAborted();
      const kept = (await images.list()).map(keptImage);
      return kept.sort((left, right) => (right.createdAt ?? 0) - (left.createdAt ?? 0));
    },
    configuration: (id) => images.configuration(id),
    load: (input, options, signal) => images.load(input, options, signal),
    save: (references) => images.save(references),
    import: (input, options, signal) => images.import(input, options, signal),
    tag: (reference, target) => images.tag(reference, target),
    remove: (reference, { force }) => images.remove(reference, { withUsers, force }),
    prune: (options) => images.prune({ ...options, withUsers }),
  };
}

export function keptImage({ observed, os, architecture, variant, size, createdAt }: StoredImage): KeptImage {
  return {
    observed,
    os,
    architecture,
    size,
    ...(variant === undefined ? {} : { variant }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}
