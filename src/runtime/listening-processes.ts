import { readdir, readFile, readlink } from 'node:fs/promises';
import type { PortHolder } from './observed.ts';

interface Listener {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly hostIp?: string;
  readonly inode: string;
}

/**
 * Processes that listen on these ports in our own network namespace, for /proc tells of no other one; none on systems
 * without /proc. See proc_net(5).
 */
export async function listeningProcesses(ports: readonly number[]): Promise<readonly PortHolder[]> {
  const listeners = (await Promise.all(tables.map((table) => listenersIn(table, ports)))).flat();
  if (listeners.length === 0) return [];
  const owners = await ownersOf(new Set(listeners.map(({ inode }) => inode)));
  return listeners.map(({ inode, ...listener }) => ({
    ...listener,
    holder: { kind: 'process', ...owners.get(inode) },
  }));
}

const tables = [
  { file: '/proc/net/tcp', protocol: 'tcp' },
  { file: '/proc/net/tcp6', protocol: 'tcp' },
  { file: '/proc/net/udp', protocol: 'udp' },
  { file: '/proc/net/udp6', protocol: 'udp' },
] as const;

/** TCP sockets that listen (state 0A), and UDP sockets that are bound and connected to nobody (07). */
const waiting = { tcp: '0A', udp: '07' } as const;

async function listenersIn(
  { file, protocol }: (typeof tables)[number],
  ports: readonly number[],
): Promise<readonly Listener[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    const number = Number.parseInt(port, 16);
    if (state !== waiting[protocol] || !ports.includes(number)) return [];
    const hostIp = /^0+$/.test(address) ? undefined : addressOf(address);
    return [{ port: number, protocol, inode, ...(hostIp === undefined ? {} : { hostIp }) }];
  });
}

/** The kernel writes addresses as words in the byte order of the machine, which is little-endian wherever Node runs. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const numbers = bytes.map((byte) => Number.parseInt(byte, 16));
  if (numbers.length === 4) return numbers.join('.');
  const mapped = /^0{20}f{4}/i.test(bytes.join(''));
  if (mapped) return numbers.slice(12).join('.');
  // The form in which people write it: ::1.
  return new URL(`http://[${(bytes.join('').match(/.{4}/g) ?? []).join(':')}]`).hostname.slice(1, -1);
}

/** Without rights on a process its open files cannot be seen, and it stays unknown. */
async function ownersOf(
  inodes: ReadonlySet<string>,
): Promise<ReadonlyMap<string, { readonly pid: number; readonly name: string }>> {
  const owners = new Map<string, { readonly pid: number; readonly name: string }>();
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    pids.map(async (pid) => {
      const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
      for (const file of files) {
        const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
        const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
        if (inode === undefined || !inodes.has(inode) || owners.has(inode)) continue;
        const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
        owners.set(inode, { pid: Number(pid), name });
      }
    }),
  );
  return owners;
}
