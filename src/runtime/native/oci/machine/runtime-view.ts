import { closeSync, constants, openSync, stat } from 'node:fs';
import type { Libc } from '../../system/libc.ts';
import type { MachineFacts } from './facts.ts';
import { runtimeWrap } from './wrap.ts';

/** How the machine has to look for a runtime to accept it; see `runtimeWrap`. */
export interface RuntimeView {
  /**
   * Starts the runtime, or what starts it, where it finds what it accepts. `start` gets words to put before the
   * command, and nothing asynchronous may happen in it before the process is there.
   */
  show<Result>(
    runtime: { readonly program: string; readonly shared: boolean },
    start: (wrap: readonly string[]) => Result,
  ): Result;
}

/**
 * The thread itself enters a mount namespace that hides what the runtime must not see, and its children are born there:
 * three processes less for each container than by the words of `runtimeWrap`, which are the way where that is refused.
 */
export function runtimeView(libc: Libc, machine: MachineFacts): RuntimeView {
  const { unified = '' } = machine.cgroups;
  let isRefused = false;
  let stage: Stage | undefined;
  return {
    show(runtime, start) {
      const wrap = runtimeWrap(machine, runtime);
      if (wrap.length === 0 || runtime.shared || isRefused) return start(wrap);
      const home = placeOfThread();
      try {
        if (stage !== undefined && isFresh(libc, stage)) go(libc, stage);
        else stage = makeStage(libc, stage, unified);
      } catch {
        isRefused = true;
      }
      try {
        return start(isRefused ? wrap : []);
      } finally {
        if (!isRefused) go(libc, home);
        for (const fd of [home.namespace, home.root, home.folder]) closeSync(fd);
      }
    },
  };
}

/** Where a thread is, as descriptors. */
interface Place {
  readonly namespace: number;
  readonly root: number;
  readonly folder: number;
}

interface Stage extends Place {
  /** How much this process had mounted when it was made: what came since is not to be seen there. */
  readonly mounts: number;
  readonly madeAt: number;
}

/** Others mount things too, and they may be a volume's. */
const freshMs = 500;

function isFresh(libc: Libc, { mounts, madeAt }: Stage): boolean {
  return mounts === libc.mounts() && performance.now() - madeAt < freshMs;
}

/** The thread is there when this returns, and where it was when this throws. */
function makeStage(libc: Libc, known: Stage | undefined, unified: string): Stage {
  if (known !== undefined) for (const fd of [known.namespace, known.root, known.folder]) closeSync(fd);
  // Threads are born where their parent is: those that wait for work of Node's are all made with the first.
  stat('/', () => undefined);
  const home = placeOfThread();
  try {
    libc.unshare(newMounts);
    try {
      libc.mount('none', '/', '', recursive | slave, '');
      // The runtime makes a folder there all the same: it goes with the namespace.
      libc.mount('none', unified, 'tmpfs', 0, '');
      return { ...placeOfThread(), mounts: libc.mounts(), madeAt: performance.now() };
    } catch (error) {
      go(libc, home);
      throw error;
    }
  } finally {
    for (const fd of [home.namespace, home.root, home.folder]) closeSync(fd);
  }
}

function placeOfThread(): Place {
  const open = (path: string): number => openSync(path, constants.O_RDONLY);
  return { namespace: open('/proc/thread-self/ns/mnt'), root: open('/'), folder: open('.') };
}

/** To enter a namespace leads to its root, from where the thread goes on to the folders that it had. */
function go(libc: Libc, { namespace, root, folder }: Place): void {
  // A thread may change its mounts only while it shares its folders with no other one.
  libc.unshare(ownFolders);
  libc.setns(namespace, newMounts);
  libc.chroot(`/proc/self/fd/${root}`);
  libc.chdir(`/proc/self/fd/${folder}`);
}

/** linux/sched.h, linux/mount.h */
const ownFolders = 0x200;
const newMounts = 0x20000;
const recursive = 16384;
const slave = 1 << 19;
