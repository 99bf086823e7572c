import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Libc } from './libc.ts';
import { ownPid } from './process-identity.ts';

/** Another path of a program, by which nobody can write to its file; the same path where the kernel has no such view. */
export type ReadOnlyView = (program: string) => string;

/**
 * crun sees to it that a container cannot overwrite it by /proc/self/exe (CVE-2019-5736): unless its file is mounted
 * read-only, it makes a file in /tmp, mounts itself there, and executes itself again, at each start. A mount that is
 * read-only and attached nowhere spares all that, and the file and mount that a killed one leaves behind. It goes with this
 * process, so only what is started while this process lives may be started by such a path.
 */
export function readOnlyView(libc: Pick<Libc, 'cloneReadOnly'>): ReadOnlyView {
  const views = new Map<string, string | undefined>();
  return (program) => {
    // A link leads out of the view.
    const file = realpathSync(program);
    if (basename(file) !== basename(program)) return program;
    const folder = dirname(file);
    if (!views.has(folder)) {
      const fd = libc.cloneReadOnly(folder);
      views.set(folder, fd === undefined ? undefined : `/proc/${ownPid()}/fd/${fd}`);
    }
    const view = views.get(folder);
    return view === undefined ? program : join(view, basename(file));
  };
}
