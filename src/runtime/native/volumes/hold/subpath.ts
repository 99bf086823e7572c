import { statSync } from 'node:fs';
import { refuse } from '../../oci/index.ts';
import { resolveBeneath } from '../../system/resolve-in-root.ts';

/** A path inside a volume or an image. Throws `engine.request` when it is not there, or a link leads it out. */
export function subpathIn(top: string, subpath: string, whose: string): string {
  const found = resolveBeneath(top, subpath);
  if (found === undefined) throw refuse(whose, `the subpath ${JSON.stringify(subpath)} leads out of it`);
  if (statSync(found, { throwIfNoEntry: false }) === undefined) {
    throw refuse(
      whose,
      `there is no ${JSON.stringify(subpath)} in it`,
      'Make it first: a subpath is never created.',
    );
  }
  return found;
}
