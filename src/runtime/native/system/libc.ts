import { closeSync, openSync, readFileSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import { type ProgramEnd, type ProgramRequest, posixSpawn } from './posix-spawn.ts';

/**
 * The system calls that Node has not. Each throws an error like those of node:fs (`code`, `errno`, `syscall`,
 * `path`) when the kernel refuses. They block the thread: only calls that do not wait belong here, and `flock`,
 * which runs on a thread of its own.
 */
export interface Libc {
  /** mount(2); flags are MS_… bits. */
  mount(source: string, target: string, type: string, flags: number, data: string): void;
  /** How often this process has mounted something so far. */
  mounts(): number;
  /** umount2(2). */
  unmount(target: string, flags: number): void;
  /** The same on a thread of its own: the kernel waits for all its processors. */
  unmountAside(target: string, flags: number): Promise<void>;
  /** setns(2): moves the calling thread. Nothing asynchronous may happen before it is moved back. */
  setns(fd: number, type: number): void;
  unshare(flags: number): void;
  /** socket(2). */
  socket(domain: number, type: number, protocol: number): number;
  listen(fd: number): void;
  bind(fd: number, address: Uint8Array): void;
  /** connect(2); for sockets that answer at once. */
  connect(fd: number, address: Uint8Array): void;
  /** shutdown(2): what other threads wait for on the socket ends. */
  shutdown(fd: number, how: number): void;
  setsockopt(fd: number, level: number, option: number, value: number): void;
  /** send(2). */
  send(fd: number, data: Uint8Array): void;
  /** recv(2) into the buffer; resolves to the number of bytes. */
  recv(fd: number, buffer: Uint8Array): number;
  /** Starts a program and returns its number; absent where the C library has not what it takes. */
  readonly spawn?: (request: ProgramRequest) => number;
  /** Gives back the pages of programs and libraries that only the start of this process needed; others are read again. */
  forgetPages(): void;
  /** Takes away the remains of such a program and tells how it ended; undefined while it runs. */
  endOf(pid: number): ProgramEnd | undefined;
  /** memfd_create(2): a file without a name, which goes with its last descriptor. Only where `spawn` is. */
  memoryFile(): number;
  /** kill(2); false when there is no such process. */
  kill(pid: number, signal: number): boolean;
  /** The working folder of the whole process: to be set back before anything else happens. */
  chdir(path: string): void;
  chroot(path: string): void;
  /** Waits for the lock without blocking Node; the descriptor's closing gives it back. */
  flock(fd: number): Promise<void>;
  /** The same without waiting; false when another holds the lock. */
  tryFlock(fd: number): boolean;
  /** Paths may be bytes, for names that are not UTF-8. */
  mknod(path: string | Uint8Array, mode: number, device: number): void;
  /** Of the path itself, not of where a link points. */
  setxattr(path: string | Uint8Array, name: string, value: Uint8Array): void;
  /** Of the path itself, if it is a link; undefined where there is no such attribute, or there are none. */
  getxattr(path: string | Uint8Array, name: string): Uint8Array | undefined;
  /** pipe2(2), closed on exec: unlike Node's sockets, a pipe can be opened again by /dev/stdout. */
  pipe(): { readonly read: number; readonly write: number };
  /** Unix time in nanoseconds, as a decimal string. */
  realtime(): string;
  /**
   * openat2(2), in one step of the kernel's: the path is looked up as if the folder were the root, or, with `beneath`,
   * it fails with EXDEV where it leads out. ENOSYS before Linux 5.6.
   */
  openInRoot(folder: string, path: string, flags: number, options: { readonly beneath: boolean }): number;
  /**
   * open_tree(2) and mount_setattr(2): a descriptor of the folder in a mount that is read-only and attached nowhere.
   * Undefined where the kernel has not that (before Linux 5.12) or refuses it.
   */
  cloneReadOnly(folder: string): number | undefined;
  /** A new pseudo terminal: its master's descriptor and its slave's path. */
  openTerminal(): { readonly master: number; readonly slave: string };
  /** TIOCSWINSZ: rows and columns of a terminal. */
  setWindowSize(fd: number, rows: number, columns: number): void;
}

/** Loads the C library by koffi; rejects where koffi has no build for the machine. */
export async function loadLibc(): Promise<Libc> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load(null);
  const call = (name: string, signature: string) => {
    const run = library.func(signature);
    return (path: string | undefined, ...values: readonly unknown[]): number => {
      const result = Number(run(...values));
      if (result < 0) throw systemError(koffi.errno(), name, path);
      return result;
    };
  };
  const mount = call('mount', 'int mount(const char*, const char*, const char*, unsigned long, const char*)');
  const umount2 = call('umount2', 'int umount2(const char*, int)');
  const setns = call('setns', 'int setns(int, int)');
  const unshare = call('unshare', 'int unshare(int)');
  const socket = call('socket', 'int socket(int, int, int)');
  const listen = call('listen', 'int listen(int, int)');
  const bind = call('bind', 'int bind(int, const uint8_t*, unsigned int)');
  const connect = call('connect', 'int connect(int, const uint8_t*, unsigned int)');
  const shutdown = call('shutdown', 'int shutdown(int, int)');
  const setsockopt = call('setsockopt', 'int setsockopt(int, int, int, const int*, unsigned int)');
  const send = call('send', 'long send(int, const uint8_t*, size_t, int)');
  const recv = call('recv', 'long recv(int, _Out_ uint8_t*, size_t, int)');
  const mknod = call('mknod', 'int mknod(const char*, unsigned int, unsigned long)');
  const setxattr = call('lsetxattr', 'int lsetxattr(const char*, const char*, const uint8_t*, size_t, int)');
  const getxattr = library.func('long lgetxattr(const char*, const char*, _Out_ uint8_t*, size_t)');
  const posixOpenpt = call('posix_openpt', 'int posix_openpt(int)');
  const grantpt = call('grantpt', 'int grantpt(int)');
  const unlockpt = call('unlockpt', 'int unlockpt(int)');
  const ptsname = library.func('int ptsname_r(int, _Out_ uint8_t*, size_t)');
  const ioctl = call('ioctl', 'int ioctl(int, unsigned long, const uint8_t*)');
  const unmountAsync = library.func('int umount2(const char*, int)');
  const flock = library.func('int flock(int, int)');
  const kill = library.func('int kill(int, int)');
  const syscall = library.func('long syscall(long, ...)');
  const chdir = call('chdir', 'int chdir(const char*)');
  const chroot = call('chroot', 'int chroot(const char*)');
  const pipe2 = call('pipe2', 'int pipe2(_Out_ int*, int)');
  const clockGettime = call('clock_gettime', 'int clock_gettime(int, _Out_ int64_t*)');
  const programs = posixSpawn(koffi, library);
  // Where the C library has it not, `spawn` is absent, too.
  let memfdCreate: ReturnType<typeof call> | undefined;
  let mounts = 0;
  return {
    mount: (source, target, type, flags, data) => {
      mount(target, source, target, type, flags, data);
      mounts += 1;
    },
    mounts: () => mounts,
    ...(programs === undefined
      ? {}
      : {
          spawn: (request) => {
            const { pid, errno } = programs.spawn(request);
            if (errno !== 0) throw systemError(errno, 'posix_spawn', request.command[0]);
            return pid;
          },
        }),
    forgetPages: () => {
      const madvise = library.func('int madvise(uintptr_t, size_t, int)');
      for (const { start, end } of cleanPages()) madvise(start, end - start, dontNeed);
    },
    endOf: (pid) => (programs === undefined ? {} : programs.endOf(pid)),
    memoryFile: () => {
      memfdCreate ??= call('memfd_create', 'int memfd_create(const char*, unsigned int)');
      return memfdCreate(undefined, 'flotilla', closeMemoryOnExec);
    },
    listen: (fd) => {
      listen(undefined, fd, longestQueue);
    },
    unmount: (target, flags) => {
      umount2(target, target, flags);
    },
    unmountAside: (target, flags) =>
      new Promise((resolve, reject) => {
        unmountAsync.async(target, flags, (error: unknown, result: number) => {
          if (error) reject(error);
          else if (result < 0) reject(systemError(koffi.errno(), 'umount2', target));
          else resolve();
        });
      }),
    setns: (fd, type) => {
      setns(undefined, fd, type);
    },
    unshare: (flags) => {
      unshare(undefined, flags);
    },
    socket: (domain, type, protocol) => socket(undefined, domain, type, protocol),
    bind: (fd, address) => {
      bind(undefined, fd, address, address.length);
    },
    connect: (fd, address) => {
      connect(undefined, fd, address, address.length);
    },
    shutdown: (fd, how) => {
      shutdown(undefined, fd, how);
    },
    setsockopt: (fd, level, option, value) => {
      setsockopt(undefined, fd, level, option, [value], 4);
    },
    send: (fd, data) => {
      send(undefined, fd, data, data.length, 0);
    },
    recv: (fd, buffer) => recv(undefined, fd, buffer, buffer.length, 0),
    kill: (pid, signal) => {
      if (Number(kill(pid, signal)) === 0) return true;
      if (koffi.errno() === noSuchProcess) return false;
      throw systemError(koffi.errno(), 'kill', undefined);
    },
    chdir: (path) => {
      chdir(path, path);
    },
    chroot: (path) => {
      chroot(path, path);
    },
    flock: (fd) =>
      new Promise((resolve, reject) => {
        flock.async(fd, exclusive, (error: unknown, result: number) => {
          if (error) reject(error);
          else if (result < 0) reject(systemError(koffi.errno(), 'flock', undefined));
          else resolve();
        });
      }),
    tryFlock: (fd) => {
      if (Number(flock(fd, exclusive | withoutWaiting)) === 0) return true;
      const errno = koffi.errno();
      if (errno === wouldBlock) return false;
      throw systemError(errno, 'flock', undefined);
    },
    mknod: (path, mode, device) => {
      mknod(shown(path), terminated(path), mode, device);
    },
    setxattr: (path, name, value) => {
      setxattr(shown(path), terminated(path), name, value, value.length, 0);
    },
    getxattr: (path, name) => {
      const value = new Uint8Array(longestAttribute);
      const length = Number(getxattr(terminated(path), name, value, value.length));
      if (length >= 0) return value.subarray(0, length);
      const errno = koffi.errno();
      if (errno === noAttribute || errno === noAttributes) return undefined;
      throw systemError(errno, 'lgetxattr', shown(path));
    },
    pipe: () => {
      const ends = new Int32Array(2);
      pipe2(undefined, ends, closeOnExec);
      return { read: ends[0] ?? -1, write: ends[1] ?? -1 };
    },
    realtime: () => {
      const time = new BigInt64Array(2);
      clockGettime(undefined, 0, time);
      return `${(time[0] ?? 0n) * 1_000_000_000n + (time[1] ?? 0n)}`;
    },
    openInRoot: (folder, path, flags, { beneath }) => {
      const how = new BigUint64Array([
        BigInt(flags | closeOnExec),
        0n,
        beneath ? resolveBeneath : resolveInRoot,
      ]);
      const at = openSync(folder, pathOnly);
      try {
        const bytes = new Uint8Array(how.buffer);
        const words = ['int', at, 'const char*', path, 'const uint8_t*', bytes, 'size_t', bytes.length];
        const fd = Number(syscall(openat2, ...words));
        if (fd < 0) throw systemError(koffi.errno(), 'openat2', path);
        return fd;
      } finally {
        closeSync(at);
      }
    },
    cloneReadOnly: (folder) => {
      const flags = ['unsigned int', openTreeClone | closeOnExec] as const;
      const fd = Number(syscall(openTree, 'int', currentFolder, 'const char*', folder, ...flags));
      if (fd < 0) return undefined;
      const attributes = new Uint8Array(new BigUint64Array([mountReadOnly, 0n, 0n, 0n]).buffer);
      const given = ['const uint8_t*', attributes, 'size_t', attributes.length] as const;
      const at = ['int', fd, 'const char*', '', 'unsigned int', emptyPath] as const;
      if (Number(syscall(mountSetattr, ...at, ...given)) === 0) return fd;
      closeSync(fd);
      return undefined;
    },
    openTerminal: () => {
      const master = posixOpenpt(undefined, readWrite | noControllingTerminal | closeOnExec);
      grantpt(undefined, master);
      unlockpt(undefined, master);
      const name = new Uint8Array(128);
      const failed = Number(ptsname(master, name, name.length));
      if (failed !== 0) throw systemError(failed, 'ptsname_r', undefined);
      return { master, slave: Buffer.from(name.subarray(0, name.indexOf(0))).toString() };
    },
    setWindowSize: (fd, rows, columns) => {
      ioctl(undefined, fd, setWindow, new Uint8Array(new Uint16Array([rows, columns, 0, 0]).buffer));
    },
  };
}

/**
 * Code and constants from files of which no page is a copy of this process's own: the loader has written into some that
 * are read only now, and what is given back of those would be lost.
 */
function cleanPages(): readonly { readonly start: bigint; readonly end: bigint }[] {
  return readFileSync('/proc/self/smaps', 'latin1')
    .split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    .flatMap((mapping) => {
      const [, start, end, inode] = /^([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ (\d+)/.exec(mapping) ?? [];
      const isClean = /^Anonymous: +0 kB$/m.test(mapping);
      return inode === undefined || inode === '0' || !isClean
        ? []
        : [{ start: BigInt(`0x${start}`), end: BigInt(`0x${end}`) }];
    });
}

/** linux/fcntl.h, linux/errno.h, linux/termios.h */
const exclusive = 2;
const withoutWaiting = 4;
const wouldBlock = 11;
/** ENODATA and EOPNOTSUPP. */
const noAttribute = 61;
const noAttributes = 95;
/** XATTR_SIZE_MAX of linux/limits.h is more than anybody's that is read here. */
const longestAttribute = 4096;
const noSuchProcess = 3;
const readWrite = 2;
const noControllingTerminal = 0o400;
const closeOnExec = 0o2000000;
const closeMemoryOnExec = 1;
const setWindow = 0x5414;
const longestQueue = 128;
const dontNeed = 4;

function terminated(path: string | Uint8Array): string | Uint8Array {
  return typeof path === 'string' ? path : Buffer.concat([path, Buffer.alloc(1)]);
}

function shown(path: string | Uint8Array): string {
  return typeof path === 'string' ? path : Buffer.from(path).toString();
}

/** asm/unistd.h: the same number everywhere; linux/openat2.h, asm-generic/fcntl.h */
const openat2 = 437;
const resolveBeneath = 0x08n;
const resolveInRoot = 0x10n;
const pathOnly = 0o10000000;
/** asm-generic/unistd.h, linux/mount.h, linux/fcntl.h */
const openTree = 428;
const mountSetattr = 442;
const openTreeClone = 1;
const mountReadOnly = 1n;
const currentFolder = -100;
const emptyPath = 0x1000;

function systemError(errno: number, syscall: string, path: string | undefined): NodeJS.ErrnoException {
  const [code, text] = getSystemErrorMap().get(-errno) ?? [`E${errno}`, 'unknown error'];
  const where = path === undefined ? '' : ` '${path}'`;
  const error: NodeJS.ErrnoException = new Error(`${code}: ${text}, ${syscall}${where}`);
  return Object.assign(error, { code, errno: -errno, syscall, ...(path === undefined ? {} : { path }) });
}
