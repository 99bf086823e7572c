import type { TarEntry } from '../../../tar/header.ts';
import type { Libc } from '../../system/libc.ts';
import { unsafe } from './path.ts';

/** Sets the extended attributes of an entry that was just made. */
export function setAttributes(libc: Libc, path: string | Buffer, entry: TarEntry, what: string): void {
  for (const [name, value] of entry.xattrs) {
    if (/^(?:trusted|user)\.overlay\./.test(name))
      throw unsafe(
        what,
        entry.name,
        `it has the attribute ${JSON.stringify(name)}, which would steer the overlay`,
      );
    if (name.includes('\0') || name.length > 255)
      throw unsafe(what, entry.name, 'it has an attribute of an impossible name');
    if (ownedByHost.test(name)) continue;
    try {
      libc.setxattr(path, name, Buffer.from(value, 'latin1'));
    } catch (thrown) {
      if (!maySkip(name, thrown)) throw thrown;
    }
  }
}

/** Labels and measurements belong to the machine that made the image; on another they mean something else or nothing. */
const ownedByHost = /^security\.(?:selinux|apparmor|smack|ima|evm)/i;

/** The file system has no such attributes (of that kind of file): nobody can then miss them but for capabilities. */
function maySkip(name: string, thrown: unknown): boolean {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'EPERM') return name.startsWith('user.');
  return (code === 'ENOTSUP' || code === 'EOPNOTSUPP') && name !== 'security.capability';
}
