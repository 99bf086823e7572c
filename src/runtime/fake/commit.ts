import { parseReference } from '../../images/index.ts';
import type { CommitOptions } from '../driver.ts';
import { addImage, describeImage, findImage, readRoot, requireContainer } from './model/index.ts';
import type { World } from './world.ts';

/** Another image each time, of the container's files; changes of its settings are not looked at. */
export function commit(world: World, container: string, { reference }: CommitOptions): string {
  if (reference !== undefined) parseReference(reference);
  const { state } = world;
  const found = requireContainer(state, container);
  const serial = state.serial + 1;
  const id = `sha256:${serial.toString(16).padStart(64, '0')}`;
  const { tags, ...image } = describeImage({ reference: reference ?? id.replace(':', '-'), id });
  const { command, entrypoint, environment } = findImage(state, found.spec.image) ?? image;
  const { spec } = found;
  const added = {
    ...image,
    tags: reference === undefined ? [] : tags,
    command: spec.command ?? command,
    entrypoint: spec.entrypoint ?? entrypoint,
    environment: [...environment, ...spec.environment],
    labels: spec.labels,
    files: readRoot(state, container),
  };
  world.update(addImage({ ...state, serial }, added));
  return id;
}
