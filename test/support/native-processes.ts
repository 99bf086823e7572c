import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * The process that looks after a project; undefined while there is none. Monitors, too, have its command among their
 * words: they start it again.
 */
export function supervisorOf(project: string): number | undefined {
  return processes().find(
    ({ words: [program = '', ...rest] }) =>
      basename(program) === basename(process.execPath) &&
      rest.some((word) => word.endsWith('supervisor.cjs')) &&
      rest.includes(project),
  )?.pid;
}

/** The processes that watch containers of the engine with this root. */
export function monitorsOf(root: string): readonly number[] {
  return processes()
    .filter(({ words: [program = '', ...rest] }) => program.endsWith('/conmon') && rest.join().includes(root))
    .map(({ pid }) => pid);
}

/** Kills it unless it has ended meanwhile. */
export function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function processes(): readonly { readonly pid: number; readonly words: readonly string[] }[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return [{ pid: Number(name), words: readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0') }];
    } catch {
      return [];
    }
  });
}
