import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an engine leaves on a machine while its projects run; all of it is to be gone afterwards. */
export interface Traces {
  readonly mounts: number;
  readonly links: number;
  readonly monitors: number;
  readonly supervisors: number;
  readonly groups: number;
  readonly tables: number;
}

export function countTraces(): Traces {
  const commands = readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) ? [commandOf(pid)] : []));
  return {
    // A root's own memory stays with the root.
    mounts: lines(readFileSync('/proc/self/mountinfo', 'utf8'), /flotilla-native-\S+\/run\/./).length,
    links: readdirSync('/sys/class/net').filter((name) => /^fl[0-9a-f]{4,}/.test(name)).length,
    monitors: commands.filter((command) => /\bconmon\0/.test(command)).length,
    supervisors: commands.filter((command) => command.includes('supervisor.cjs\0')).length,
    groups: groupCount(),
    tables: lines(execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }), /flotilla/).length,
  };
}

function groupCount(): number {
  const hierarchies = readdirSync('/sys/fs/cgroup').map((name) => join('/sys/fs/cgroup', name, 'flotilla'));
  return [...hierarchies, '/sys/fs/cgroup/flotilla']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory()).length;
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

function lines(text: string, pattern: RegExp): readonly string[] {
  return text.split('\n').filter((line) => pattern.test(line));
}
