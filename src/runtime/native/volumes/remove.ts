import { existsSync } from 'node:fs';
import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { WithUsers } from '../parts.ts';
import { emptyFromTrash, moveToTrash } from '../system/trash.ts';
import type { Context } from './context.ts';
import { isMountPoint } from './local-driver.ts';
import { placesOf } from './record.ts';

/** Its name is free at once; a name that cannot be one is the name of nothing. */
export async function removeVolume(
  { root, libc }: Context,
  name: string,
  { withUsers }: { readonly withUsers: WithUsers },
): Promise<void> {
  const places = findPlaces(root, name);
  if (places === undefined || !existsSync(places.folder)) return;
  const left = await withUsers((inUse) => {
    if (inUse(name)) throw usedBySomebody(name);
    // What is mounted there belongs to somebody else: a folder that goes must not take it along.
    while (isMountPoint(places.data)) libc.unmount(places.data, 0);
    return moveToTrash(root, places.folder);
  });
  await emptyFromTrash(left);
}

function usedBySomebody(name: string): FlotillaError {
  return new FlotillaError(
    'engine.conflict',
    `cannot remove volume ${quote(name)}: it is used by a container`,
    { hint: 'Stop and remove that container first.' },
  );
}

function findPlaces(root: Context['root'], name: string): ReturnType<typeof placesOf> | undefined {
  try {
    return placesOf(root, name);
  } catch {
    return undefined;
  }
}
