import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import { resolveInRoot } from '../system/resolve-in-root.ts';
import type { Context } from './context.ts';
import type { VolumePlaces, VolumeRecord } from './record.ts';

/**
 * Fills an empty volume with what a container's root has at the target: owners, modes, times, links and attributes
 * included. What was begun by somebody who was killed is finished.
 *
 * ```
 * empty --copy--> filling.part --rename--> filling --move each entry--> filled
 * ```
 * Containers that have the volume already only ever see whole entries.
 */
export async function copyUp(
  context: Context,
  record: VolumeRecord,
  places: VolumePlaces,
  from: { readonly rootfs: string; readonly target: string },
): Promise<void> {
  const source = resolveInRoot(from.rootfs, from.target);
  if (!isFolder(source)) return;
  await context.locks.hold(join(places.folder, 'lock'), async () => {
    const [part, whole] = [join(places.folder, 'filling.part'), join(places.folder, 'filling')];
    if (!existsSync(whole)) {
      rmSync(part, { recursive: true, force: true });
      if (readdirSync(places.data).length > 0) return;
      if (readdirSync(source).length === 0) {
        takeLooks(source, places.data);
        return;
      }
      // What is mounted over the volume's folder is another file system, so nothing can be moved there.
      if (Object.keys(record.driverOptions).length > 0) {
        await copy(record.name, source, places.data);
        return;
      }
      await copy(record.name, source, part);
      renameSync(part, whole);
    }
    moveEntries(whole, places.data);
  });
}

function moveEntries(whole: string, data: string): void {
  const present = new Set(readdirSync(data));
  for (const name of readdirSync(whole)) {
    if (present.has(name)) rmSync(join(whole, name), { recursive: true, force: true });
    else renameSync(join(whole, name), join(data, name));
  }
  takeLooks(whole, data);
  rmdirSync(whole);
}

function takeLooks(source: string, target: string): void {
  const { uid, gid, mode, atime, mtime } = statSync(source);
  chownSync(target, uid, gid);
  chmodSync(target, mode & 0o7777);
  utimesSync(target, atime, mtime);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** cp(1) copies what Node cannot: attributes, devices, holes, hard links among the files. */
function copy(volume: string, source: string, target: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const words = ['-a', '--reflink=auto', '-T', '--', source, target];
    const child = spawn('cp', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(copyFailure(volume, said.trim() || `cp ended with ${code}`));
    });
  });
}

function copyFailure(volume: string, said: string): FlotillaError {
  const full = /No space left on device/.test(said);
  return new FlotillaError(
    full ? 'engine.disk-full' : 'engine.request',
    `cannot fill volume ${quote(volume)} with what the image has there: ${said}`,
    full ? { hint: 'Make room on the disk, with `flotilla image prune` for example.' } : {},
  );
}
