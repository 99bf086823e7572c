// @ts-check
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { casesOf } from './cases.mjs';
import { measure } from './measure.mjs';
import { rotate } from './statistics.mjs';
import { WrongResult } from './worlds/world.mjs';

/**
 * @typedef {import('./tools/tool.mjs').Tool} Tool
 * @typedef {import('./tools/tool.mjs').Project} Project
 * @typedef {import('./cases.mjs').Stack} Stack
 *
 * @typedef {object} Stage
 * @property {Readonly<Partial<Record<Tool['world'], import('./worlds/world.mjs').World>>>} worlds those that take part
 * @property {string} folder with one folder per stack, and `services-N` for start-up
 * @property {Readonly<Record<string, string>>} env the same for every tool, without its world's own
 * @property {AbortSignal} signal
 * @property {(line: string) => void} say
 * @property {() => Promise<void>} settle waits until the machine has done what the last run left to do
 *
 * @typedef {{ wallMs: number, cpuMs: number, peakMb: number, monitorMb?: number, supervisorMb?: number }
 *   | { failed: string }} Run of `up` also what stays while the stack is up
 *
 * @callback Recorder
 * @param {string} row
 * @param {string} tool
 * @param {number} position runs of different tools with the same position were made one after the other
 * @param {Run} run
 * @returns {void}
 */

const timeoutMs = 180_000;
const planProgram = fileURLToPath(new URL('plan/program.mjs', import.meta.url));
/** How often the quick operations run while a stack is up. */
const repeats = 3;

/**
 * @param {readonly import('./cases.mjs').StartCase[]} cases
 * @param {readonly Tool[]} tools
 * @param {number} rounds
 * @param {Stage} stage
 * @param {Recorder} record
 */
export async function playStarts(cases, tools, rounds, stage, record) {
  if (cases.length === 0) return;
  for (let round = -1; round < rounds; round++) {
    const isWarmUp = round < 0;
    for (const entry of cases.filter((each) => (isWarmUp ? each.rounds > rounds : round < each.rounds))) {
      for (const tool of rotate(tools, Math.max(0, round))) {
        const project = { name: 'start', folder: join(stage.folder, `services-${entry.services}`) };
        const expected = entry.operation === 'config' ? [`app${entry.services}:`] : [];
        const run = await attempt(tool, entry.operation, project, stage, expected);
        // The round before the first warms up: files are in memory, caches of a first start are written.
        if (run !== undefined && round >= 0) record(entry.id, tool.name, round, run);
      }
    }
    if (round >= 0 && (round + 1) % 5 === 0) stage.say(`start-up: round ${round + 1} of ${rounds}`);
  }
}

/**
 * Flotilla alone: the others have no plan to be asked for.
 * @param {readonly import('./cases.mjs').PlanCase[]} cases
 * @param {readonly Tool[]} tools
 * @param {number} rounds
 * @param {Stage} stage
 * @param {Recorder} record
 */
export async function playPlans(cases, tools, rounds, stage, record) {
  if (!tools.some(({ name }) => name === 'flotilla')) return;
  for (let round = 0; round < rounds; round++) {
    for (const entry of cases.filter((each) => round < each.rounds)) {
      if (round === 0) stage.say(`plan: ${entry.title}`);
      const args = [planProgram, String(entry.services), entry.kind];
      const surroundings = { cwd: stage.folder, env: stage.env, timeoutMs, signal: stage.signal };
      const { exitCode, stdout, stderr } = await measure({ file: process.execPath, args }, surroundings);
      record(entry.id, 'flotilla', round, exitCode === 0 ? JSON.parse(stdout) : { failed: stderr.trim() });
    }
  }
}

/**
 * @param {Stack} stack
 * @param {readonly Tool[]} tools
 * @param {number} rounds
 * @param {Stage} stage
 * @param {Recorder} record
 */
export async function playStack(stack, tools, rounds, stage, record) {
  const takesPart = (/** @type {Tool} */ { world }) => !stack.withoutDocker || world !== 'docker';
  for (let round = 0; round < rounds; round++) {
    for (const tool of rotate(tools.filter(takesPart), round)) {
      stage.say(`${stack.name}: round ${round + 1} of ${rounds}, ${tool.title}`);
      await liveOnce(stack, tool, round, stage, record);
    }
  }
}

/**
 * One life of a stack under one tool, with the engine's word for every step.
 * @param {Stack} stack
 * @param {Tool} tool
 * @param {number} round
 * @param {Stage} stage
 * @param {Recorder} record
 */
export async function liveOnce(stack, tool, round, stage, record) {
  const project = { name: `${tool.name}-${stack.name}`, folder: join(stage.folder, stack.name) };
  const world = stage.worlds[tool.world];
  if (world === undefined || tool.command('up', project) === undefined) return;
  const promised = tool.probesItself ? whenStarted(stack) : stack;
  /** @type {(operation: import('./cases.mjs').Operation, position: number, check: () => Promise<void>) => Promise<Run | undefined>} */
  const step = async (operation, position, check) => {
    const row = casesOf(stack).find((entry) => entry.operation === operation)?.id ?? operation;
    const expected = operation === 'ps' ? stack.services.map(({ name }) => `${project.name}-${name}-1`) : [];
    const run = await attempt(tool, operation, project, stage, expected, check);
    if (run !== undefined) record(row, tool.name, position, run);
    return run;
  };
  /** @type {readonly string[]} */
  let ids = [];
  try {
    await stage.settle();
    const started = await step('up', round, async () => {
      ids = await world.verifyUp(promised, project.name);
    });
    if (started === undefined || 'failed' in started) return;
    await world.waitUntilHealthy(
      project.name,
      AbortSignal.any([stage.signal, AbortSignal.timeout(timeoutMs)]),
    );
    await stage.settle();
    record(`up/${stack.name}`, tool.name, round, { ...started, ...(await world.memory(project.name)) });
    for (let repeat = 0; repeat < repeats; repeat++) {
      const position = round * repeats + repeat;
      await step('up-again', position, async () => {
        const now = await world.verifyUp(promised, project.name);
        if (now.join() !== ids.join())
          throw new WrongResult('containers were replaced although nothing had changed');
      });
      await step('ps', position, async () => {});
    }
    await stage.settle();
    await step('down', round, () => world.verifyDown(project.name));
  } finally {
    await world.wipe(project.name);
  }
}

/**
 * What the engine can tell of a stack whose health it learns later than the tool.
 * @param {Stack} stack
 * @returns {Stack}
 */
function whenStarted(stack) {
  const services = stack.services.map((service) => ({
    ...service,
    needs: service.needs.map((need) => ({ ...need, condition: /** @type {const} */ ('service_started') })),
  }));
  return { ...stack, services };
}

/**
 * @param {Tool} tool
 * @param {import('./cases.mjs').Operation} operation
 * @param {Project} project
 * @param {Stage} stage
 * @param {readonly string[]} expected what its output must contain; raw and floor print nothing
 * @param {() => Promise<void>} [check] of what it did
 * @returns {Promise<Run | undefined>} undefined when the tool has no such operation
 * @throws the signal's reason
 */
async function attempt(tool, operation, project, stage, expected, check = async () => {}) {
  const command = tool.command(operation, project);
  if (command === undefined) return undefined;
  const { env, signal, worlds } = stage;
  try {
    const { exitCode, stdout, stderr, ...figures } = await measure(command, {
      cwd: project.folder,
      env: { ...env, ...worlds[tool.world]?.env },
      timeoutMs,
      signal,
    });
    if (exitCode !== 0)
      throw new WrongResult(`exit code ${exitCode}: ${lastLine(stderr) ?? lastLine(stdout)}`);
    const absent =
      tool.name === 'raw' || tool.name === 'floor'
        ? undefined
        : expected.find((text) => !stdout.includes(text));
    if (absent !== undefined) throw new WrongResult(`"${absent}" is not in its output`);
    await check();
    return figures;
  } catch (error) {
    signal.throwIfAborted();
    const failed = error instanceof Error ? error.message : String(error);
    stage.say(`  ${tool.title} ${operation} failed: ${failed}`);
    return { failed };
  }
}

/** @param {string} text */
function lastLine(text) {
  return text.trim().split('\n').at(-1);
}
