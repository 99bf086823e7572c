import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Root } from '../parts.ts';
import { namesIn } from './names-in.ts';
import { isMissing } from './read-json.ts';
import type { CommandRunner } from './run-command.ts';

/**
 * Takes a folder away at once, on its own file system; its contents go later. What is not there is no error. The
 * path that is returned is to be emptied.
 */
export function moveToTrash(root: Root, folder: string): string | undefined {
  const place = folder.startsWith(`${root.volatile}/`) ? root.volatile : root.lasting;
  const target = join(place, 'trash', randomBytes(8).toString('hex'));
  mkdirSync(join(place, 'trash'), { recursive: true, mode: 0o700 });
  try {
    renameSync(folder, target);
    return target;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Empties what was moved to the trash by and by, while other work goes on. */
export interface TrashCan {
  add(path: string | undefined): void;
  /** Resolves when nothing is being emptied any more. */
  settled(): Promise<void>;
}

/** A program of its own does it, for all that came until its turn: Node would be as busy with it as the kernel is. */
export function createTrashCan(run: CommandRunner): TrashCan {
  let waiting: string[] = [];
  let work: Promise<void> | undefined;
  const empty = async (): Promise<void> => {
    while (waiting.length > 0) {
      await nextTurn();
      const [now, later] = [waiting.slice(0, mostWords), waiting.slice(mostWords)];
      waiting = later;
      try {
        const points = mountPoints();
        const free = now.filter((path) => !holdsMount(points, path));
        if (free.length > 0) await run(['rm', '-rf', '--', ...free]);
      } catch {
        // Nobody waits for it who could be told; the next command empties what is left.
      }
    }
    work = undefined;
  };
  return {
    add(path) {
      if (path === undefined) return;
      waiting.push(path);
      work ??= empty();
    },
    settled: async () => work,
  };
}

/** Far below what a command line can be long. */
const mostWords = 256;

/**
 * A failure leaves the folder in the trash, where the next emptying finds it. So does a mount below it: what is mounted
 * belongs to somebody else.
 */
export async function emptyFromTrash(path: string | undefined): Promise<void> {
  if (path === undefined || holdsMount(mountPoints(), path)) return;
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

/** Takes away what commands that were killed have left in the trash. */
export async function emptyTrash(root: Root): Promise<void> {
  const left = [root.lasting, root.volatile].flatMap((place) => {
    const folder = join(place, 'trash');
    return namesIn(folder).map((name) => join(folder, name));
  });
  for (const path of left) await emptyFromTrash(path);
}

function holdsMount(points: readonly string[], path: string): boolean {
  return points.some((point) => point === path || point.startsWith(`${path}/`));
}

function mountPoints(): readonly string[] {
  // proc_pid_mountinfo(5): the fifth field is where a mount is, with blanks and the like as octal numbers.
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, code) => octal(code)));
}

function octal(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 8));
}
