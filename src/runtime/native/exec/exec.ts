import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, readlinkSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReadStream, WriteStream } from 'node:tty';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import { Channel } from '../../channel.ts';
import type { ExecSession, ExecSpec, OutputChunk } from '../../driver.ts';
import { requireRecord } from '../containers/find.ts';
import { runtimeState, volatilePlaces } from '../containers/places.ts';
import type { ContainerRecord } from '../containers/record.ts';
import { lifeOf } from '../containers/run.ts';
import { runtimeOf } from '../containers/runtime.ts';
import type { Engine } from '../engine.ts';
import { runtimeWords } from '../oci/index.ts';
import { readText } from '../system/read-json.ts';
import { writeWhole } from '../system/write-whole.ts';
import { execProcess } from './process.ts';

/** A session that knows whether its command could be run at all. */
export interface NativeExecSession extends ExecSession {
  /** After its end: why the command could not be run; undefined when it could. */
  refusal(): string | undefined;
}

/** As `Driver.exec`. A command that cannot be run says so on standard error, and has the exit code that shells give. */
export async function exec(
  engine: Engine,
  container: ContainerId,
  spec: ExecSpec,
  signal: AbortSignal | undefined,
): Promise<NativeExecSession> {
  signal?.throwIfAborted();
  const record = requireRecord(engine.root, container);
  requireRunning(engine, record, spec);
  const folder = join(
    volatilePlaces(engine.root, record.id).folder,
    `exec-${randomBytes(6).toString('hex')}`,
  );
  mkdirSync(folder, { mode: 0o700 });
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  const files = { process: join(folder, 'process.json'), pid: join(folder, 'pid'), log: join(folder, 'log') };
  writeWhole(files.process, execProcess(engine, record, spec));
  const runtime = runtimeOf(engine, record);
  const command = [
    ...[runtime.program, `--root=${runtimeState(engine.root)}`],
    ...[`--log=${files.log}`, 'exec', ...(spec.detach ? ['--detach'] : [])],
    ...['--pid-file', files.pid, '--process', files.process, record.id],
  ];
  const start: Starter = (stdio, before = []) =>
    engine.view.show({ program: runtime.program, shared: false }, (wrap) => {
      const [program = '', ...words] = [...before, ...wrap, ...command];
      return spawn(program, words, { stdio: [...stdio], env: engine.environment });
    });
  if (spec.detach) {
    try {
      await startDetached(start, { record, spec, log: files.log });
    } finally {
      clean();
    }
    return detachedSession;
  }
  const pidOf = (): number | undefined => Number(readText(files.pid)?.trim()) || undefined;
  const started = spec.tty ? startOnTerminal(engine, start, spec, pidOf) : startOnPipes(engine, start, spec);
  const kill = (): void => {
    const { child } = started;
    // While the runtime waits for the command, the number is the command's.
    const pid = child.exitCode === null && child.signalCode === null ? pidOf() : undefined;
    // The runtime's own end would leave the command behind.
    if (pid !== undefined) engine.libc.kill(pid, 9);
    child.kill('SIGKILL');
  };
  const refusal = () => refusalIn(files.log, spec);
  return session(started, { signal, kill, clean, refusal });
}

/** Starts the runtime with these as its input, output and errors, and words before it. */
type Starter = (
  stdio: readonly [number | 'ignore', number | 'ignore', number | 'ignore'],
  before?: readonly string[],
) => ChildProcess;

/** Resolves once the command runs by itself; its output goes nowhere, as on Docker. */
async function startDetached(
  start: Starter,
  { record, spec, log }: { record: ContainerRecord; spec: ExecSpec; log: string },
): Promise<void> {
  const child = start(['ignore', 'ignore', 'ignore']);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code === 0) return;
  const word = spec.command[0] ?? '';
  const said = refusalIn(log, spec) ?? `exit code ${code}`;
  throw new FlotillaError(
    'engine.request',
    `cannot run ${quote(word)} in container ${quote(record.name)}: ${said}`,
  );
}

/** What the runtime has written down when it could not run the command. */
function refusalIn(log: string, { command: [program = ''] }: ExecSpec): string | undefined {
  const said = readText(log)?.trim() ?? '';
  return said === '' ? undefined : runtimeWords(said, program);
}

const detachedSession: NativeExecSession = {
  output: (async function* () {})(),
  write: () => Promise.reject(new Error('bug in Flotilla: a detached exec takes no input')),
  end: () => undefined,
  resize: () => Promise.resolve(),
  exitCode: () => Promise.reject(new Error('bug in Flotilla: a detached exec has no exit code')),
  refusal: () => undefined,
};

function requireRunning(engine: Engine, record: ContainerRecord, spec: ExecSpec): void {
  const { stage } = lifeOf(engine, record.id);
  if (stage === 'running') return;
  const what = stage === 'paused' ? 'it is paused' : 'it is not running';
  throw new FlotillaError(
    'engine.conflict',
    `cannot run ${quote(spec.command[0] ?? '')} in container ${quote(record.name)}: ${what}`,
  );
}

interface Started {
  readonly child: ChildProcess;
  readonly outputs: readonly { readonly stream: OutputChunk['stream']; readonly source: Readable }[];
  write(data: Uint8Array): Promise<void>;
  end(): void;
  resize(rows: number, columns: number): void;
  close(): void;
}

function startOnPipes(engine: Engine, start: Starter, spec: ExecSpec): Started {
  const [out, err] = [engine.libc.pipe(), engine.libc.pipe()];
  const input = spec.stdin ? engine.libc.pipe() : undefined;
  const child = start([input?.read ?? 'ignore', out.write, err.write]);
  for (const fd of [out.write, err.write, input?.read]) if (fd !== undefined) closeSync(fd);
  const stdin =
    input === undefined ? undefined : new Socket({ fd: input.write, readable: false, writable: true });
  stdin?.on('error', () => undefined);
  return {
    child,
    outputs: [
      { stream: 'stdout', source: new Socket({ fd: out.read, readable: true, writable: false }) },
      { stream: 'stderr', source: new Socket({ fd: err.read, readable: true, writable: false }) },
    ],
    write: (data) => writeTo(stdin, data),
    end: () => void stdin?.end(),
    resize: () => undefined,
    close: () => stdin?.destroy(),
  };
}

function startOnTerminal(
  engine: Engine,
  start: Starter,
  spec: ExecSpec,
  pidOf: () => number | undefined,
): Started {
  const { master, slave } = engine.libc.openTerminal();
  if (spec.size !== undefined) engine.libc.setWindowSize(master, spec.size.rows, spec.size.columns);
  const end = openSync(slave, 'r+');
  const child = start([end, end, end], ['setsid', '--ctty']);
  closeSync(end);
  const source = new ReadStream(master);
  const sink = new WriteStream(master);
  sink.on('error', () => undefined);
  return {
    child,
    outputs: [{ stream: 'stdout', source }],
    write: (data) => writeTo(sink, data),
    // What a person types to say so: a terminal has no other end.
    end: () => void sink.write('\u0004'),
    resize: (rows, columns) => {
      if (source.destroyed) return;
      engine.libc.setWindowSize(master, rows, columns);
      // The command has a terminal of the container's; crun tells it that there is another size, and not which.
      setInnerSize(engine, pidOf(), rows, columns);
    },
    close: () => {
      source.destroy();
      sink.destroy();
    },
  };
}

function setInnerSize(engine: Engine, pid: number | undefined, rows: number, columns: number): void {
  try {
    const terminal = readlinkSync(`/proc/${pid}/fd/0`);
    if (!/^\/dev\/pts\/\d+$/.test(terminal)) return;
    const fd = openSync(`/proc/${pid}/root${terminal}`, constants.O_RDWR | constants.O_NOCTTY);
    try {
      engine.libc.setWindowSize(fd, rows, columns);
    } finally {
      closeSync(fd);
    }
  } catch {
    // A command that has ended needs no size.
  }
}

/** Input for a command that has ended goes nowhere, as in a shell's pipe. */
function writeTo(sink: Socket | WriteStream | undefined, data: Uint8Array): Promise<void> {
  if (sink === undefined || sink.destroyed || sink.writableEnded) return Promise.resolve();
  return new Promise((resolve) => sink.write(data, () => resolve()));
}

interface Surroundings {
  readonly signal: AbortSignal | undefined;
  kill(): void;
  clean(): void;
  refusal(): string | undefined;
}

/** How long output may come after the command's end: what it left in the background keeps its output open. */
const lastWordsMs = 2000;

function session(started: Started, { signal, kill, clean, refusal }: Surroundings): NativeExecSession {
  const { child } = started;
  const output = new Channel<OutputChunk>({ capacity: 16 });
  const shut = (): void => {
    for (const { source } of started.outputs) source.destroy();
  };
  const onAbort = (): void => {
    output.fail(signal?.reason);
    kill();
    shut();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 137));
  });
  // The runtime writes its refusal into its log, and to where the command's own words would come as well.
  const first = (data: Uint8Array): Promise<Uint8Array> => inOurWords(data, ended, refusal);
  const pumped = Promise.all(
    started.outputs.map(({ stream, source }) => pump(stream, source, { output, first })),
  );
  let refused: string | undefined;
  const finished = (async () => {
    try {
      const code = await ended;
      const timer = setTimeout(shut, lastWordsMs);
      await pumped.finally(() => clearTimeout(timer));
      output.close();
      refused = refusal();
      return refused === undefined ? code : exitCodeOf(refused);
    } catch (error) {
      output.fail(error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      started.close();
      clean();
    }
  })();
  finished.catch(() => undefined);
  return {
    output,
    write: (data) => started.write(data),
    end: () => started.end(),
    resize: async ({ rows, columns }) => started.resize(rows, columns),
    refusal: () => refused,
    exitCode: async () => {
      const code = await finished;
      signal?.throwIfAborted();
      return code;
    },
  };
}

/** How a runtime begins when it complains. */
const complaint =
  /^(?:time="[^"]*" level=error|executable file|open executable|error|exec|chdir|cannot|setns)/;
/** How long a command that has begun like that is waited for: it may be a program that has just such words. */
const refusalMs = 100;

async function inOurWords(
  data: Uint8Array,
  ended: Promise<number>,
  refusal: () => string | undefined,
): Promise<Uint8Array> {
  if (!complaint.test(Buffer.from(data).toString('latin1', 0, 100))) return data;
  const patience = new AbortController();
  await Promise.race([
    ended.catch(() => undefined),
    sleep(refusalMs, undefined, { signal: patience.signal }).catch(() => undefined),
  ]);
  patience.abort();
  const said = refusal();
  return said === undefined ? data : Buffer.from(`${said}\n`);
}

/** As shells and newer Docker Engines have it. */
function exitCodeOf(refused: string): number {
  return /not found|no such file/i.test(refused) ? 127 : 126;
}

async function pump(
  stream: OutputChunk['stream'],
  source: Readable,
  { output, first }: { output: Channel<OutputChunk>; first: (data: Uint8Array) => Promise<Uint8Array> },
): Promise<void> {
  let isFirst = true;
  try {
    for await (const chunk of source) {
      const data = isFirst ? await first(chunk as Uint8Array) : (chunk as Uint8Array);
      isFirst = false;
      await output.push({ stream, data });
    }
  } catch (error) {
    // How a terminal ends when nobody has its other end open any more.
    const { code = '' } = error as NodeJS.ErrnoException;
    // Closed by us, too: then nobody waits for more.
    if (!['EIO', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)) throw error;
  }
}
