import { readText } from '../../system/read-json.ts';
import type { MachineFacts } from '../machine/facts.ts';

/** What a control group has counted, with all below it; a figure is absent where the machine does not count it. */
export interface GroupStats {
  /** Nanoseconds, on all processors. */
  readonly cpu?: number;
  /** Bytes; `Infinity` is no limit. */
  readonly memory?: { readonly used: number; readonly limit: number };
  /** Bytes. */
  readonly blockIo?: Transfers;
  readonly processes?: number;
}

interface Transfers {
  readonly read: number;
  readonly written: number;
}

/** Of a container's group, whose `cgroupsPath` is the path. */
export function groupStats({ cgroups }: Pick<MachineFacts, 'cgroups'>, path: string): GroupStats {
  const { mode, unified = '', mounts } = cgroups;
  const figures =
    mode === 'v2'
      ? newFigures((name) => readText(`${unified}${path}/${name}`))
      : oldFigures((controller, name) => {
          const mount = mounts[controller];
          return mount === undefined ? undefined : readText(`${mount}${path}/${name}`);
        });
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== undefined));
}

type Figures = { readonly [Key in keyof GroupStats]: GroupStats[Key] | undefined };

/** Documentation/admin-guide/cgroup-v2.rst of the kernel. */
function newFigures(read: (name: string) => string | undefined): Figures {
  const microseconds = numberAfter('usage_usec', read('cpu.stat'));
  const used = numberIn(read('memory.current'));
  const io = read('io.stat');
  return {
    cpu: microseconds === undefined ? undefined : microseconds * 1000,
    memory: memoryOf(used, {
      idle: numberAfter('inactive_file', read('memory.stat')),
      // The word for none is `max`.
      limit: numberIn(read('memory.max')) ?? Number.POSITIVE_INFINITY,
    }),
    blockIo:
      io === undefined
        ? undefined
        : { read: total(io, /\brbytes=(\d+)/g), written: total(io, /\bwbytes=(\d+)/g) },
    processes: numberIn(read('pids.current')),
  };
}

/** Documentation/admin-guide/cgroup-v1 of the kernel. */
function oldFigures(read: (controller: string, name: string) => string | undefined): Figures {
  return {
    cpu: numberIn(read('cpuacct', 'cpuacct.usage')),
    memory: memoryOf(numberIn(read('memory', 'memory.usage_in_bytes')), {
      idle: numberAfter('total_inactive_file', read('memory', 'memory.stat')),
      limit: numberIn(read('memory', 'memory.limit_in_bytes')) ?? Number.POSITIVE_INFINITY,
    }),
    blockIo: oldTransfers((name) => read('blkio', name)),
    processes: numberIn(read('pids', 'pids.current')),
  };
}

/** Each policy of the kernel counts what went through it; one that none did counts nothing. */
function oldTransfers(read: (name: string) => string | undefined): Transfers | undefined {
  const counted = policies.flatMap((policy) => read(`blkio${policy}.io_service_bytes_recursive`) ?? []);
  const text = counted.find((each) => /^\d+:\d+ /m.test(each)) ?? counted[0];
  if (text === undefined) return undefined;
  return { read: total(text, /^\d+:\d+ Read (\d+)$/gm), written: total(text, /^\d+:\d+ Write (\d+)$/gm) };
}

const policies = ['', '.bfq', '.throttle'];

function memoryOf(
  usage: number | undefined,
  { idle = 0, limit }: { readonly idle: number | undefined; readonly limit: number },
): GroupStats['memory'] {
  if (usage === undefined) return undefined;
  return { used: idle < usage ? usage - idle : usage, limit };
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

/** Of a line `NAME NUMBER`. */
function numberAfter(name: string, text: string | undefined): number | undefined {
  const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '');
  return found === null ? undefined : Number(found[1]);
}

function total(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
}
