/** The columns of `ps -ef`. */
export const titles = ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'] as const;

/** Texts of /proc/PID, see proc(5). */
export interface ProcessFacts {
  readonly pid: number;
  readonly stat: string;
  readonly status: string;
  readonly commandLine: string;
}

export interface RowContext {
  /** Unix time in milliseconds. */
  readonly now: number;
  readonly bootedAt: number;
  /** By number. */
  readonly users: ReadonlyMap<string, string>;
}

/** A process as `ps -ef` shows it. */
export function processRow(facts: ProcessFacts, { now, bootedAt, users }: RowContext): readonly string[] {
  const { pid, stat } = facts;
  // The name in parentheses may hold anything, so what follows is counted from the last one.
  const nameEnd = stat.lastIndexOf(')');
  const fields = stat.slice(nameEnd + 2).split(' ');
  const field = (at: number): number => Number(fields[at] ?? 0);
  const seconds = (field(11) + field(12)) / ticksPerSecond;
  const startedAt = bootedAt + (field(19) / ticksPerSecond) * 1000;
  const uid = /^Uid:\t\d+\t(\d+)/m.exec(facts.status)?.[1] ?? '0';
  const name = stat.slice(stat.indexOf('(') + 1, nameEnd);
  return [
    users.get(uid) ?? uid,
    String(pid),
    String(field(1)),
    share(seconds, (now - startedAt) / 1000),
    startTime(new Date(startedAt), new Date(now)),
    terminalName(field(4)),
    duration(Math.floor(seconds)),
    command(facts.commandLine, name, fields[0] === 'Z'),
  ];
}

/** What the kernel tells programs, on every architecture of today. */
const ticksPerSecond = 100;

/** Percent of one processor over the whole life; two digits have room. */
function share(seconds: number, lived: number): string {
  return String(lived <= 0 ? 0 : Math.min(99, Math.floor((seconds / lived) * 100)));
}

/** `16:26`, of another day `Nov26`, of another year that. */
function startTime(started: Date, now: Date): string {
  if (started.getFullYear() !== now.getFullYear()) return String(started.getFullYear());
  if (started.getMonth() !== now.getMonth() || started.getDate() !== now.getDate()) {
    return `${months[started.getMonth()]}${two(started.getDate())}`;
  }
  return `${two(started.getHours())}:${two(started.getMinutes())}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** By its device number; Documentation/admin-guide/devices.txt of the kernel. */
function terminalName(device: number): string {
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  return major === 4 ? `tty${minor}` : '?';
}

/** `00:01:02`, from a day on `1-00:01:02`. */
function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return `${days === 0 ? '' : `${days}-`}${rest.map(two).join(':')}`;
}

function command(line: string, name: string, isDefunct: boolean): string {
  if (isDefunct) return `[${name.replace(/\p{Cc}/gu, '?')}] <defunct>`;
  const words = line.replace(/\0+$/, '').replaceAll('\0', ' ');
  // A terminal must not obey what a container calls itself.
  return (words === '' ? `[${name}]` : words).replace(/\p{Cc}/gu, '?');
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
