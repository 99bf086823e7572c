// `npm run bench`: see options.mjs for what it takes and docs/performance.md for how to read what it prints.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEngine, stopEngine } from '../scripts/lib/engine/start.mjs';
import { ensureImage } from '../scripts/lib/images/ensure.mjs';
import { casesOf, largeFileServices, slowStacks, stacks, startCases } from './cases.mjs';
import { gatherFacts } from './facts.mjs';
import { parseOptions, UsageError, usage } from './options.mjs';
import { liveOnce, playStack, playStarts } from './play.mjs';
import { pageWith, textOf } from './print.mjs';
import { composeFile, engineRequests, largeComposeFile } from './stack.mjs';
import { composeTool } from './tools/compose.mjs';
import { flotillaTool } from './tools/flotilla.mjs';
import { rawTool } from './tools/raw.mjs';

const say = (/** @type {string} */ line) => console.error(line);
const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'])
  process.once(name, () => interrupted.abort(new Error(`Ended by ${name}.`)));

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') console.log(usage);
  else
    present(
      options.from === undefined ? await runAll(options) : JSON.parse(readFileSync(options.from, 'utf8')),
      options,
    );
} catch (error) {
  if (error instanceof UsageError) say(`${error.message}\n\n${usage}`);
  else
    say(
      error instanceof Error && !interrupted.signal.aborted ? (error.stack ?? error.message) : String(error),
    );
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/**
 * @param {import('./report.mjs').Figures} figures
 * @param {import('./options.mjs').Options} options
 */
function present(figures, { json, markdown }) {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, undefined, 1)}\n`);
  if (markdown !== undefined) writeFileSync(markdown, pageWith(readFileSync(markdown, 'utf8'), figures));
  console.log(textOf(figures));
}

/**
 * @param {import('./options.mjs').Options} options
 * @returns {Promise<import('./report.mjs').Figures>}
 */
async function runAll(options) {
  const { tools, notes } = await findTools(options);
  const chosenStacks = stacks.filter(
    ({ name }) => options.stacks.has(name) && !(options.quick && slowStacks.includes(name)),
  );
  const withEngine = [...options.groups].some((group) => group !== 'start-up');
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(join(parent, 'flotilla-bench-'));
  const engine = withEngine ? await startEngine({ network: 'private', life: 'tied', say }) : undefined;
  try {
    const host = engine?.host ?? '';
    const image = engine === undefined ? 'none' : await ensureImage(host, 'busybox', say);
    writeFiles(folder, image);
    const stage = { host, folder, env: environment(folder, host), signal: interrupted.signal, say };
    const starts = options.groups.has('start-up') ? startCases : [];
    const rows = [...starts, ...(withEngine ? chosenStacks.flatMap(casesOf) : [])].filter(({ group }) =>
      options.groups.has(group),
    );
    const { record, measured } = collect(rows);
    if (withEngine) await warmUp(tools, stage);
    const facts = await gatherFacts(engine?.host, tools);
    if (facts.busy) say('WARNING: this machine is busy; the figures will be indicative only.');
    await playStarts(starts, tools, options.startRounds, stage, record);
    if (withEngine)
      for (const stack of chosenStacks) await playStack(stack, tools, options.rounds, stage, record);
    return {
      format: 1,
      facts,
      tools: tools.map(({ name, title }) => ({ name, title })),
      rows: measured,
      notes,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    if (engine !== undefined) await stopEngine(engine.folder);
  }
}

/** @param {import('./options.mjs').Options} options */
async function findTools({ tools: wanted, build }) {
  const takesPart = (/** @type {string} */ name) => wanted === undefined || wanted.has(name);
  const candidates = [
    ...(takesPart('flotilla') ? [await flotillaTool({ build, say })] : []),
    ...(takesPart('compose') ? [await composeTool(say)] : []),
    ...(takesPart('raw') ? [rawTool()] : []),
  ];
  const tools = candidates.flatMap((candidate) => ('missing' in candidate ? [] : [candidate]));
  const notes = candidates.flatMap((candidate) =>
    'missing' in candidate ? [`MISSING ${candidate.name}: ${candidate.missing}`] : [],
  );
  for (const note of notes) say(note);
  return { tools, notes };
}

/**
 * @param {string} folder
 * @param {string} image
 */
function writeFiles(folder, image) {
  const write = (/** @type {string} */ path, /** @type {string} */ text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('small/compose.yaml', largeComposeFile(10));
  write('large/compose.yaml', largeComposeFile(largeFileServices));
  mkdirSync(join(folder, 'home'));
  for (const stack of stacks) {
    write(`${stack.name}/compose.yaml`, composeFile(stack, image));
    write(`${stack.name}/requests.json`, JSON.stringify(engineRequests(stack, image)));
  }
}

/**
 * The same for all tools, with nothing of the user's own settings; above all without NODE_EXTRA_CA_CERTS and
 * NODE_OPTIONS, which slow down every start of Node.
 * @param {string} folder
 * @param {string} host
 */
function environment(folder, host) {
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  return { PATH: path, HOME: join(folder, 'home'), LANG: 'C.UTF-8', DOCKER_HOST: host };
}

/**
 * The first containers of an engine are slower than all others.
 * @param {readonly import('./tools/tool.mjs').Tool[]} tools
 * @param {import('./play.mjs').Stage} stage
 */
async function warmUp(tools, stage) {
  const [smallest] = stacks;
  if (smallest === undefined) return;
  stage.say('warming up');
  for (const tool of tools) await liveOnce(smallest, tool, 0, stage, () => {});
}

/** @param {readonly import('./cases.mjs').Row[]} rows */
function collect(rows) {
  /** @type {Map<string, import('./cases.mjs').Row & { runs: { [tool: string]: import('./play.mjs').Run[] } }>} */
  const byId = new Map(
    rows.map(({ id, group, title, budget }) => [
      id,
      { id, group, title, ...(budget === undefined ? {} : { budget }), runs: {} },
    ]),
  );
  /** @type {import('./play.mjs').Recorder} */
  const record = (row, tool, position, run) => {
    const entry = byId.get(row);
    if (entry === undefined) return;
    entry.runs[tool] ??= [];
    entry.runs[tool][position] = run;
  };
  return { record, measured: [...byId.values()] };
}
