import type { default as Koffi, LibraryHandle } from 'koffi';

/** A program to be started in a session of its own, with no signal blocked or ignored. */
export interface ProgramRequest {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** What it has open as 0, 1, 2 and so on. */
  readonly descriptors: readonly number[];
}

export interface Spawned {
  readonly pid: number;
  /** 0 when it runs. */
  readonly errno: number;
}

/** How a program ended. */
export interface ProgramEnd {
  /** Absent when a signal ended it, or somebody else has been told. */
  readonly exitCode?: number;
}

/**
 * posix_spawn(3): the kernel copies nothing of this process for it, as it does for `fork`, which stops a large process
 * for some milliseconds. Undefined where the C library lacks a part (glibc before 2.29).
 */
export function posixSpawn(
  koffi: typeof Koffi,
  library: LibraryHandle,
): { spawn(request: ProgramRequest): Spawned; endOf(pid: number): ProgramEnd | undefined } | undefined {
  let calls: ReturnType<typeof bindCalls>;
  try {
    calls = bindCalls(koffi, library);
  } catch {
    return undefined;
  }
  return {
    spawn({ command, environment, cwd, descriptors }) {
      // The kernel gives new descriptors the lowest number that is free, so only these could stand in one another's way.
      if (descriptors.some((fd, index) => fd < descriptors.length && fd !== index))
        throw new Error('bug in Flotilla: descriptors for a program that overwrite each other');
      const actions = koffi.alloc('uint8_t', roomForStructs);
      calls.initActions(actions);
      try {
        if (cwd !== undefined) calls.addFolder(actions, cwd);
        for (const [index, fd] of descriptors.entries()) calls.addDescriptor(actions, fd, index);
        const pid = new Int32Array(1);
        const variables = Object.entries(environment).flatMap(([key, value]) =>
          value === undefined ? [] : [`${key}=${value}`],
        );
        const errno = calls.spawn(
          pid,
          command[0],
          actions,
          calls.attributes,
          [...command, null],
          [...variables, null],
        );
        return { pid: pid[0] ?? 0, errno };
      } finally {
        calls.destroyActions(actions);
        koffi.free(actions);
      }
    },
    endOf: (pid) => {
      const status = new Int32Array(1);
      const found = calls.wait(pid, status, withoutHanging);
      return found === 0 ? undefined : found === pid ? endIn(status[0] ?? 0) : {};
    },
  };
}

function bindCalls(koffi: typeof Koffi, library: LibraryHandle) {
  const initAttributes = library.func('int posix_spawnattr_init(void*)');
  const setFlags = library.func('int posix_spawnattr_setflags(void*, short)');
  const setDefault = library.func('int posix_spawnattr_setsigdefault(void*, void*)');
  const setMask = library.func('int posix_spawnattr_setsigmask(void*, void*)');
  const [attributes, all, none] = [roomForStructs, roomForSignals, roomForSignals].map((size) =>
    koffi.alloc('uint8_t', size),
  );
  library.func('int sigfillset(void*)')(all);
  library.func('int sigemptyset(void*)')(none);
  initAttributes(attributes);
  setDefault(attributes, all);
  setMask(attributes, none);
  setFlags(attributes, ownSession | defaultSignals | signalMask);
  return {
    attributes,
    initActions: library.func('int posix_spawn_file_actions_init(void*)'),
    destroyActions: library.func('int posix_spawn_file_actions_destroy(void*)'),
    addDescriptor: library.func('int posix_spawn_file_actions_adddup2(void*, int, int)'),
    addFolder: library.func('int posix_spawn_file_actions_addchdir_np(void*, const char*)'),
    spawn: library.func(
      'int posix_spawnp(_Out_ int*, const char*, void*, void*, const char**, const char**)',
    ),
    wait: library.func('int waitpid(int, _Out_ int*, int)'),
  };
}

/** wait(2): the lowest bits are the number of the signal that ended it, the next byte is its exit code. */
function endIn(status: number): ProgramEnd {
  return (status & 0x7f) === 0 ? { exitCode: (status >> 8) & 0xff } : {};
}

/** More than any C library's structures have. */
const roomForStructs = 512;
const roomForSignals = 128;
/** spawn.h, sys/wait.h */
const defaultSignals = 0x04;
const signalMask = 0x08;
const ownSession = 0x80;
const withoutHanging = 1;
