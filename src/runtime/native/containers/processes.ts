import { readFileSync } from 'node:fs';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { ProcessTable } from '../../driver.ts';
import type { Engine } from '../engine.ts';
import { groupProcesses } from '../oci/index.ts';
import { readText } from '../system/read-json.ts';
import { requireRecord } from './find.ts';
import { cgroupsPath } from './places.ts';
import { type ProcessFacts, processRow, titles } from './process-row.ts';
import { isRunning, lifeOf } from './run.ts';

/** As `Driver.listProcesses`: all of its control group, with the numbers and the user names of the host, as on Docker. */
export async function listProcesses(
  engine: Engine,
  container: ContainerId,
  signal: AbortSignal | undefined,
): Promise<ProcessTable> {
  signal?.throwIfAborted();
  const record = requireRecord(engine.root, container);
  if (!isRunning(lifeOf(engine, record.id))) {
    throw new FlotillaError(
      'engine.conflict',
      `cannot list the processes of container ${quote(record.name)}: it is not running`,
    );
  }
  const pids = await groupProcesses(engine.machine, cgroupsPath(engine.root, record));
  const context = { now: engine.now(), bootedAt: bootTime(), users: userNames() };
  return {
    titles,
    processes: [...pids]
      .sort((left, right) => left - right)
      .flatMap((pid) => {
        const facts = factsOf(pid);
        return facts === undefined ? [] : [processRow(facts, context)];
      }),
  };
}

/** Undefined when it has ended meanwhile. */
function factsOf(pid: number): ProcessFacts | undefined {
  try {
    return {
      pid,
      stat: readFileSync(`/proc/${pid}/stat`, 'utf8'),
      status: readFileSync(`/proc/${pid}/status`, 'utf8'),
      commandLine: readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
    };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // ESRCH: it ended while it was read.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** Unix time in milliseconds. */
function bootTime(): number {
  return Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? 0) * 1000;
}

function userNames(): ReadonlyMap<string, string> {
  const lines = (readText('/etc/passwd') ?? '').split('\n').map((line) => line.split(':'));
  // Of several names of a number the first one counts.
  return new Map(
    lines
      .reverse()
      .flatMap(([name = '', , uid]): readonly (readonly [string, string])[] =>
        uid === undefined ? [] : [[uid, name]],
      ),
  );
}
