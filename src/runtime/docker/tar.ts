import { fileBytes } from '../file-bytes.ts';
import type { FileSpec } from '../spec.ts';
import { entryHeader } from '../tar/entry.ts';
import { archiveEnd, padding } from '../tar/write.ts';

/** A tar archive of plain files, rooted at `/`. */
export function tarOf(files: readonly FileSpec[], unixSeconds: number): Uint8Array {
  const parts = files.flatMap((file) => {
    const content = fileBytes(file);
    const { mode, uid, gid } = file;
    const header = entryHeader({
      name: Buffer.from(file.path.replace(/^\/+/, '')).toString('latin1'),
      type: 'file',
      size: content.length,
      mode,
      uid,
      gid,
      mtime: unixSeconds,
      linkName: '',
      major: 0,
      minor: 0,
    });
    return [header, content, padding(content.length)];
  });
  return Buffer.concat([...parts, archiveEnd]);
}
