import {
  closeSync,
  existsSync,
  constants as fileConstants,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { Engine } from '../engine.ts';
import { journalOf, projectOf } from '../events/journal.ts';
import { commandOf, killGroup, oomCounter, removeCgroup, runtimeWords } from '../oci/index.ts';
import type { Root } from '../parts.ts';
import { superviseWords } from '../supervisor/summon.ts';
import { type Launched, launch } from '../system/launch.ts';
import { identify, isAlive, type ProcessIdentity, signalProcess } from '../system/process-identity.ts';
import { readJson } from '../system/read-json.ts';
import { commandRunner } from '../system/run-command.ts';
import { moveToTrash } from '../system/trash.ts';
import { writeJson } from '../system/write-whole.ts';
import { cgroupsPath, type GroupOwner, lastingPlaces, runtimeState, volatilePlaces } from './places.ts';
import { type ContainerRecord, readHeld } from './record.ts';
import { type Runtime, runtimeOf } from './runtime.ts';

/** A container's process that waits for its start, and the conmon that watches it. */
export interface Prepared {
  /** Which run of the container it is for. */
  readonly run: number;
  /** Process 1 of the container. */
  readonly init: ProcessIdentity;
  readonly monitor: ProcessIdentity;
}

/**
 * Makes a container's process by conmon and the OCI runtime: namespaces, mounts and limits are in place, the program
 * itself waits. Rejects with what the runtime said when it refuses.
 */
export async function prepareProcess(
  engine: Engine,
  record: ContainerRecord,
  run: number,
): Promise<Prepared> {
  const { root, tools } = engine;
  const runtime = runtimeOf(engine, record);
  const places = volatilePlaces(root, record.id);
  mkdirSync(places.exits, { recursive: true });
  rmSync(join(places.exits, record.id), { force: true });
  const words = [
    tools.conmon,
    ...['--api-version', '1', '--full-attach', '--no-sync-log'],
    ...['-c', record.id, '-u', record.id, '-n', record.id],
    ...['-r', runtime.program, '--runtime-arg', `--root=${runtimeState(root)}`],
    ...['-b', places.folder, '-p', places.pid, '-P', places.monitorPid],
    ...['--exit-dir', places.exits, '-l', `k8s-file:${lastingPlaces(root, record.id).log}`],
    ...logLimit(record),
    ...(record.spec.tty ? ['-t'] : []),
    ...stdinWords(record),
    ...exitCommand(engine, record, run),
  ];
  const { launched, answer, errors } = startMonitor(engine, record, words);
  const complaint = collect(errors);
  const { pid, message } = await Promise.race([readAnswer(answer), launched.failed]);
  launched.release();
  if (pid === undefined) {
    throw refusal(record, message || (await complaint).trim() || 'the runtime gave no reason');
  }
  errors.destroy();
  const monitor = identify(Number(readFileSync(places.monitorPid, 'utf8')));
  const init = identify(pid);
  if (monitor === undefined || init === undefined) throw refusal(record, 'its process ended at once');
  const prepared: Prepared = { run, init, monitor };
  writeJson(places.prepared, prepared);
  return prepared;
}

/**
 * conmon ends the input with the first who was attached, unless it is told to leave it open. A terminal stays open, as
 * Docker's does: whoever left it by the keys comes back to it, and its end is a key, too.
 */
function stdinWords({ spec }: ContainerRecord): readonly string[] {
  if (!spec.stdinOpen) return [];
  return spec.stdinOnce === true && !spec.tty ? ['-i'] : ['-i', '--leave-stdin-open'];
}

/** conmon, and the pipes by which it tells the process's number and what goes wrong. */
function startMonitor(
  engine: Engine,
  record: ContainerRecord,
  words: readonly string[],
): { readonly launched: Launched; readonly answer: Readable; readonly errors: Readable } {
  const { libc, view, environment, root } = engine;
  const { program } = runtimeOf(engine, record);
  const [answer, errors, nothing] = [libc.pipe(), libc.pipe(), openSync('/dev/null', 'r+')];
  try {
    const launched = view.show({ program, shared: sharesMounts(root, record.id) }, (wrap) =>
      launch(libc, {
        command: [...wrap, ...words] as [string, ...string[]],
        descriptors: [nothing, nothing, errors.write, answer.write],
        // It leaves its notes in the folder that it starts in.
        cwd: volatilePlaces(root, record.id).folder,
        // conmon writes local times.
        environment: { ...environment, TZ: 'UTC', _OCI_SYNCPIPE: '3' },
      }),
    );
    const [told, said] = [answer, errors].map(
      ({ read }) => new Socket({ fd: read, readable: true, writable: false }),
    ) as [Socket, Socket];
    return { launched, answer: told, errors: said };
  } finally {
    for (const fd of [nothing, answer.write, errors.write]) closeSync(fd);
  }
}

/** Mounts of a container that shall reach the host need another way around what the runtime does not accept. */
function sharesMounts(root: Root, id: string): boolean {
  return readHeld(root, id).some(({ oci }) => oci.options.some((option) => option.endsWith('shared')));
}

/** The process that waits for its start; undefined when there is none, or it has begun. */
export function preparedProcess({ root }: Engine, id: string): Prepared | undefined {
  const prepared = readJson<Prepared>(volatilePlaces(root, id).prepared);
  if (prepared === undefined || !existsSync(startPipe(root, id))) return undefined;
  return isAlive(prepared.init) && isAlive(prepared.monitor) ? prepared : undefined;
}

/** Lets the program of a prepared container begin. Rejects when its process has ended meanwhile. */
export async function releaseProcess(engine: Engine, record: ContainerRecord): Promise<void> {
  const runtime = runtimeOf(engine, record);
  if (runtime.name === 'crun') releaseByPipe(engine, record);
  else await releaseByRuntime(engine, record, runtime);
}

/** What `crun start` does: a byte into the pipe, which tells by its absence that the program has begun. */
function releaseByPipe({ root }: Engine, record: ContainerRecord): void {
  const pipe = startPipe(root, record.id);
  let fd: number;
  try {
    // Without waiting for a reader: one that is not there any more would never come.
    fd = openSync(pipe, fileConstants.O_WRONLY | fileConstants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
    const prepared = readJson<Prepared>(volatilePlaces(root, record.id).prepared);
    if (prepared === undefined || !isAlive(prepared.init)) {
      throw refusal(record, 'its process ended before its program began');
    }
    // It has begun: who let it was killed before the pipe was gone.
    rmSync(pipe, { force: true });
    return;
  }
  try {
    // The other way round, somebody who is killed in between leaves a process that waits for ever.
    writeSync(fd, '1');
    rmSync(pipe);
  } finally {
    closeSync(fd);
  }
}

/** runc's pipe works the other way round, and is runc's own business. */
async function releaseByRuntime(engine: Engine, record: ContainerRecord, runtime: Runtime): Promise<void> {
  const words = [runtime.program, `--root=${runtimeState(engine.root)}`, 'start', record.id] as const;
  const { exitCode, stderr } = await commandRunner(engine.libc, engine.environment)(words);
  if (exitCode !== 0) throw refusal(record, stderr);
}

/**
 * Ends whatever is left of a container's processes, and removes what the runtime keeps about it. What is not there is no
 * error.
 */
export async function forgetProcess(engine: Engine, record: GroupOwner): Promise<void> {
  const { root, libc, machine } = engine;
  const prepared = readJson<Prepared>(volatilePlaces(root, record.id).prepared);
  for (const each of prepared === undefined ? [] : [prepared.init, prepared.monitor]) {
    signalProcess(libc, each, constants.signals.SIGKILL);
  }
  const group = cgroupsPath(root, record);
  // Children outlive process 1 where it is not the first of a process namespace.
  await killGroup(machine, group, (pid) => libc.kill(pid, constants.signals.SIGKILL));
  await removeCgroup(machine, group);
  engine.trash.add(moveToTrash(root, join(runtimeState(root), record.id)));
}

function startPipe(root: Root, id: string): string {
  return join(runtimeState(root), id, 'exec.fifo');
}

/** The first line that conmon writes into its pipe: the process's number, or -1 and what the runtime said. */
function readAnswer(pipe: Readable): Promise<{ readonly pid?: number; readonly message: string }> {
  return new Promise((resolve) => {
    let text = '';
    pipe.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const end = text.indexOf('\n');
      if (end < 0) return;
      resolve(parseAnswer(text.slice(0, end)));
      pipe.destroy();
    });
    pipe.once('error', () => undefined);
    pipe.once('close', () => resolve(text === '' ? { message: '' } : parseAnswer(text)));
  });
}

function parseAnswer(line: string): { readonly pid?: number; readonly message: string } {
  try {
    const { data, message = '' } = JSON.parse(line) as { readonly data?: number; readonly message?: string };
    return data !== undefined && data > 0 ? { pid: data, message } : { message };
  } catch {
    return { message: line };
  }
}

function refusal(record: ContainerRecord, said: string): FlotillaError {
  const text = runtimeWords(said, commandOf(record.spec, record.image.config)[0] ?? '');
  return new FlotillaError('engine.request', `cannot start container ${quote(record.name)}: ${text}`);
}

/**
 * What conmon runs when the process has ended: it notes the end, tells the project's journal, and starts the
 * supervisor again when that was killed. The note's line ends when the journal has been told. A process that never
 * began its program leaves no note.
 */
const exitScript = `
run=$1; exits=$2; note=$3; journal=$4; id=$5; number=$6; oom=$7; alive=$8; home=$9; shift 9
[ -e "$run" ] || exit 0
read -r line < "$run"
# A process that was made for the same run before, and thrown away, may end late: the run has another monitor then.
case $line in *"\\"number\\":$number,"*"\\"monitor\\":{\\"pid\\":$PPID,"*) ;; *) exit 0 ;; esac
read -r code < "$exits"
now=$(date +%s%N)
killed=false
[ -r "$oom" ] && while read -r word count; do
  [ "$word" = oom_kill ] && [ "$count" != 0 ] && killed=true
done < "$oom"
printf '{"number":%s,"exitCode":%s,"finishedAt":"%s","oomKilled":%s}' "$number" "$code" "$now" "$killed" > "$note"
printf '{"action":"die","container":"%s","exitCode":%s,"time":"%s"}\\n' "$id" "$code" "$now" >> "$journal"
echo >> "$note"
[ -e "$alive" ] || exit 0
{ read -r pid; read -r began; } < "$alive"
# Its name in parentheses may hold anything; after them come its state and its flags, by which remains and
# what is on its way out are told, and as the twentieth word when it began.
birth() {
  read -r stat < "/proc/$1/stat" && set -- \${stat##*) } || return
  case $1 in Z | X) ;; *) [ $(($7 & 4)) != 0 ] || birth=\${20} ;; esac
}
birth=
birth "$pid" 2>/dev/null
[ "$birth" = "$began" ] && exit 0
# Where this runs a part of the machine may be hidden, and what is mounted reaches nobody else.
for each in self 1 $(cd /proc && echo [0-9]*); do
  [ "$(readlink "/proc/$each/ns/mnt")" = "$home" ] || continue
  [ "$each" = self ] || set -- nsenter -m -t "$each" -- "$@"
  break
done
setsid "$@" </dev/null >/dev/null 2>&1 &
`;

function exitCommand(engine: Engine, record: ContainerRecord, run: number): readonly string[] {
  const { root } = engine;
  const lasting = lastingPlaces(root, record.id);
  const places = volatilePlaces(root, record.id);
  const words = [
    ...['-c', exitScript, 'sh', lasting.run, join(places.exits, record.id), lasting.exit],
    ...[
      journalOf(root, record),
      record.id,
      String(run),
      oomCounter(engine.machine, cgroupsPath(engine.root, record)) ?? '',
    ],
    ...homeWords(superviseWords(engine, projectOf(record))),
  ];
  return ['--exit-command', '/bin/sh', ...words.flatMap((word) => ['--exit-command-arg', word])];
}

/** After the first of them, which the supervisor is known by, the mounts that this process sees. */
function homeWords([alive = '', ...supervisor]: readonly string[]): readonly string[] {
  return [alive, readlinkSync('/proc/thread-self/ns/mnt'), ...supervisor];
}

/** `max-size` of the logging options; without one the log grows, as on Docker. */
function logLimit({ spec }: ContainerRecord): readonly string[] {
  const text = spec.logging?.options['max-size'];
  const match = /^(\d+)([kmg]?)b?$/i.exec(text ?? '');
  if (match === null) return [];
  const unit = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[(match[2] ?? '').toLowerCase()] ?? 1;
  return ['--log-size-max', String(Number(match[1]) * unit)];
}

/** All that comes, however it ends. */
function collect(stream: Readable): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    stream.once('error', () => undefined);
    stream.once('close', () => resolve(text));
  });
}
