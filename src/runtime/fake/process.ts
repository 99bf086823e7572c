import type { Clock } from '../../core/clock.ts';
import type { OutputChunk, TerminalSize } from '../driver.ts';
import type { Health, ProbeResult } from '../observed.ts';

/** A process in a container, as its program sees it. Everything that waits rejects when the process is killed. */
export interface FakeProcess {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly workingDir: string;
  readonly hostname: string;
  readonly tty: boolean;
  /** Which run of its container this is, from 1. */
  readonly run: number;
  /** Aborts when the process is killed. */
  readonly signal: AbortSignal;
  /** What it is told; ends when the other side closes. */
  readonly stdin: AsyncIterable<Uint8Array>;
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Never resolves. */
  forever(): Promise<never>;
  /** The next signal but SIGKILL, e.g. `SIGTERM`; one that nobody waits for is ignored, as the first process of a container does. */
  nextSignal(): Promise<string>;
  /** Resolves when the readers have kept up. */
  write(data: string | Uint8Array, stream?: 'stdout' | 'stderr'): Promise<void>;
  readFile(path: string): Uint8Array | undefined;
  /** Throws for a read-only mount. */
  writeFile(path: string, content: string | Uint8Array): void;
  /** The address of another container, by the names that the networks give it. */
  resolve(name: string): string | undefined;
  /** The result of its container's health check from now on. */
  setHealth(health: Health, probe?: ProbeResult): void;
  /** The end that comes is out of memory. */
  markOomKilled(): void;
  readonly size: TerminalSize | undefined;
  nextSize(): Promise<TerminalSize>;
}

/** What a process needs from its engine. */
export interface ProcessHost {
  readonly clock: Clock;
  output(chunk: OutputChunk): Promise<void>;
  readFile(path: string): Uint8Array | undefined;
  writeFile(path: string, content: Uint8Array): void;
  resolve(name: string): string | undefined;
  setHealth(health: Health, probe?: ProbeResult): void;
}

export interface ProcessStart
  extends Pick<FakeProcess, 'command' | 'user' | 'workingDir' | 'hostname' | 'tty' | 'run' | 'stdin'> {
  /** `KEY=value`. */
  readonly environment: readonly string[];
  readonly size?: TerminalSize | undefined;
}

/** The other side of a process. */
export interface ProcessHandle {
  readonly process: FakeProcess;
  readonly killed: AbortSignal;
  isOomKilled(): boolean;
  deliver(signalName: string): void;
  kill(): void;
  resize(size: TerminalSize): void;
}

export function createProcess(host: ProcessHost, start: ProcessStart): ProcessHandle {
  const killer = new AbortController();
  const signals = new Waiters<string>(killer.signal);
  const sizes = new Waiters<TerminalSize>(killer.signal);
  const environment = Object.fromEntries(start.environment.map(splitVariable));
  let oomKilled = false;
  let { size } = start;
  const process: FakeProcess = {
    ...start,
    environment,
    signal: killer.signal,
    now: () => host.clock.now(),
    sleep: (ms) => host.clock.sleep(ms, killer.signal),
    forever: () => new Waiters<never>(killer.signal).next(),
    nextSignal: () => signals.next(),
    write: async (data, stream = 'stdout') => {
      killer.signal.throwIfAborted();
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      await host.output({
        stream: start.tty ? 'stdout' : stream,
        data: start.tty ? asTerminal(bytes) : bytes,
      });
      killer.signal.throwIfAborted();
    },
    readFile: (path) => host.readFile(path),
    writeFile: (path, content) => host.writeFile(path, Buffer.from(content)),
    resolve: (name) => host.resolve(name),
    setHealth: (health, probe) => {
      if (!killer.signal.aborted) host.setHealth(health, probe);
    },
    markOomKilled: () => {
      oomKilled = true;
    },
    get size() {
      return size;
    },
    nextSize: () => sizes.next(),
  };
  return {
    process,
    killed: killer.signal,
    isOomKilled: () => oomKilled,
    deliver: (name) => signals.tell(name),
    kill: () => killer.abort(new Error('the process was killed')),
    resize: (next) => {
      size = next;
      sizes.tell(next);
    },
  };
}

class Waiters<T> {
  readonly #waiting = new Set<(value: T) => void>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  next(): Promise<T> {
    if (this.#signal.aborted) return Promise.reject(this.#signal.reason);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(this.#signal.reason);
      this.#signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add((value) => {
        this.#signal.removeEventListener('abort', onAbort);
        resolve(value);
      });
    });
  }

  tell(value: T): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve(value);
  }
}

function splitVariable(variable: string): readonly [string, string] {
  const at = variable.indexOf('=');
  return at < 0 ? [variable, ''] : [variable.slice(0, at), variable.slice(at + 1)];
}

/** A terminal turns a line feed into carriage return and line feed. */
function asTerminal(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}
