// @ts-check
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Command
 * @property {string} file
 * @property {readonly string[]} args
 *
 * @typedef {object} Surroundings
 * @property {string} cwd
 * @property {Readonly<Record<string, string>>} env all of it
 * @property {number} timeoutMs
 * @property {AbortSignal} signal
 *
 * @typedef {object} Measured one whole process, from exec to exit
 * @property {number} wallMs
 * @property {number} cpuMs of the process and of the children it waited for
 * @property {number} peakMb largest resident memory of one process, in units of 1,000,000 bytes
 * @property {number} exitCode
 * @property {string} stdout
 * @property {string} stderr
 */

const launcher = fileURLToPath(new URL('launch.pl', import.meta.url));
/** @type {Readonly<Record<string, number>>} */
const getrusage = { x64: 98, arm64: 165, riscv64: 165, ppc64: 77, s390x: 77 };

/**
 * Runs a program to its end, with an empty standard input.
 * @param {Command} command
 * @param {Surroundings} surroundings
 * @returns {Promise<Measured>}
 * @throws the signal's reason; an error when the time is over
 */
export async function measure({ file, args }, { cwd, env, timeoutMs, signal }) {
  signal.throwIfAborted();
  const number = getrusage[process.arch];
  if (number === undefined)
    throw new Error(`No way is known to ask for a child's use of a ${process.arch} processor.`);
  const child = spawn('perl', [launcher, String(number), file, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, timeoutMs);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const control = /** @type {import('node:net').Socket} */ (child.stdio[3]);
    const [output, { endedAt, startedAt, report }] = await Promise.all([
      Promise.all([read(child.stdout), read(child.stderr)]),
      go(child, control),
    ]);
    signal.throwIfAborted();
    if (late) throw new Error(`not done after ${timeoutMs / 1000} s`);
    const [status, user = 0, system = 0, peakKb = 0] = report.trim().split(' ').map(Number);
    if (report === '' || status === undefined) throw new Error(`The launcher failed: ${output[1].trim()}`);
    return {
      wallMs: endedAt - startedAt,
      cpuMs: (user + system) / 1000,
      peakMb: (peakKb * 1024) / 1_000_000,
      exitCode: status & 127 ? 128 + (status & 127) : status >> 8,
      stdout: output[0],
      stderr: output[1],
    };
  } catch (error) {
    // One that is killed may break off the conversation with it first.
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {import('node:net').Socket} control
 * @returns {Promise<{ startedAt: number, endedAt: number, report: string }>}
 */
function go(child, control) {
  return new Promise((resolve, reject) => {
    let startedAt = 0;
    let endedAt = 0;
    let report = '';
    child.once('error', reject);
    control.once('error', reject);
    control.on('data', (/** @type {Buffer} */ data) => {
      endedAt ||= performance.now();
      report += data;
    });
    child.once('exit', () => {
      endedAt ||= performance.now();
    });
    control.once('close', () => resolve({ startedAt, endedAt, report }));
    child.once('spawn', () => {
      // Perl has read its script by then, so that its start is not on the clock.
      setTimeout(() => {
        startedAt = performance.now();
        control.write('\n');
      }, 20);
    });
  });
}

/** @param {import('node:stream').Readable | null} stream */
async function read(stream) {
  let text = '';
  if (stream !== null) for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}
