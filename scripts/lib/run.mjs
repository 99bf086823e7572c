// @ts-check
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] in addition to ours
 * @property {string} [input] text for standard input, which is empty otherwise
 * @property {boolean} [show] pass its output on to the terminal instead of keeping it
 *
 * @typedef {object} RunResult
 * @property {number} exitCode -1 when a signal ended it
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Runs a command to its end, whatever its exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function tryRun(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, PATH: searchPath(), ...options.env },
      stdio: ['pipe', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? -1, stdout, stderr }));
  });
}

/**
 * Runs a command that must succeed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} its standard output
 * @throws {CommandError}
 */
export async function run(command, args, options) {
  const result = await tryRun(command, args, options);
  if (result.exitCode !== 0) throw new CommandError(command, args, result);
  return result.stdout;
}

export class CommandError extends Error {
  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {RunResult} result
   */
  constructor(command, args, result) {
    const output = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-15).join('\n');
    super(`"${[command, ...args].join(' ')}" ended with exit code ${result.exitCode}.\n${output}`);
    this.name = 'CommandError';
    this.result = result;
  }
}

/**
 * @param {string} command
 * @returns {string | undefined} where it is
 */
export function which(command) {
  for (const folder of searchPath().split(delimiter)) {
    const path = join(folder, command);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** With the folders of system commands, which `su` without `-` leaves out on Debian. */
function searchPath() {
  return [process.env['PATH'] ?? '/usr/bin:/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);
}
