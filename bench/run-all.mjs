// @ts-check
import { rmSync } from 'node:fs';
import { imageReference } from '../scripts/lib/images/ensure.mjs';
import { ensureCommands } from '../scripts/lib/packages.mjs';
import { casesOf, planCases, stacks, startCases } from './cases.mjs';
import { gatherFacts, judgedBy, lookAround } from './facts.mjs';
import { liveOnce, playPlans, playStack, playStarts } from './play.mjs';
import { createSettler } from './quiet.mjs';
import { composeTool } from './tools/compose.mjs';
import { fastTool } from './tools/fast.mjs';
import { floorTool } from './tools/floor.mjs';
import { flotillaTool } from './tools/flotilla.mjs';
import { nativeTool } from './tools/native.mjs';
import { rawTool } from './tools/raw.mjs';
import { environment, makeWorkspace } from './workspace.mjs';
import { openWorlds } from './worlds/open.mjs';

/**
 * @typedef {import('./options.mjs').Options} Options
 * @typedef {import('./tools/tool.mjs').Tool} Tool
 * @typedef {{ say: (line: string) => void, signal: AbortSignal }} Surroundings
 */

/** How long a pause between two runs may take. */
const settleMs = 3000;

/**
 * Measures what the options choose, on an engine of its own.
 * @param {Options} options
 * @param {Surroundings} surroundings
 * @returns {Promise<import('./report.mjs').Figures>}
 */
export async function runAll(options, { say, signal }) {
  const before = await lookAround();
  await ensureCommands({ perl: 'perl-base' }, say);
  const { tools, notes } = await findTools(options, say);
  const { starts, plans, chosenStacks, rows } = choose(options);
  const folder = makeWorkspace(imageReference('busybox'));
  const wanted = chosenStacks.length === 0 ? [] : tools.map(({ world }) => world);
  const program = tools.find((tool) => tool.program !== undefined)?.program ?? '';
  const worlds = openWorlds({ folder, program, say });
  try {
    await worlds.open(wanted);
    const settler = createSettler(settleMs);
    const stage = {
      worlds: worlds.all,
      folder,
      env: environment(folder),
      signal,
      say,
      settle: settler.settle,
    };
    if (wanted.length > 0) await warmUp(tools, stage);
    const facts = await gatherFacts(worlds.all.docker?.env['DOCKER_HOST'], tools, before);
    if (facts.busy) say('WARNING: others are at work on this machine; the figures are indicative only.');
    const { record, measured } = collect(rows);
    await playStarts(starts, tools, options.startRounds, stage, record);
    await playPlans(plans, tools, options.rounds, stage, record);
    for (const stack of chosenStacks) await playStack(stack, tools, options.rounds, stage, record);
    return {
      format: 1,
      facts: judgedBy(facts, settler.restlessShare()),
      tools: tools.map(({ name, title }) => ({ name, title })),
      rows: measured,
      notes,
    };
  } finally {
    await worlds.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Options} options
 * @param {(line: string) => void} say
 * @returns {Promise<{ tools: readonly Tool[], notes: readonly string[] }>}
 */
async function findTools({ tools: wanted, build }, say) {
  const candidates = [];
  const ofOurs = ['flotilla', 'fast', 'native', 'floor'].some((name) => wanted.has(name));
  const flotilla = ofOurs ? await flotillaTool({ build, say }) : undefined;
  if (flotilla !== undefined && (wanted.has('flotilla') || 'missing' in flotilla)) candidates.push(flotilla);
  if (wanted.has('fast') && flotilla !== undefined && !('missing' in flotilla))
    candidates.push(fastTool(flotilla));
  if (wanted.has('compose')) candidates.push(await composeTool(say));
  if (wanted.has('raw')) candidates.push(rawTool());
  if (flotilla !== undefined && !('missing' in flotilla)) {
    if (wanted.has('native')) candidates.push(await nativeTool(flotilla));
    if (wanted.has('floor')) candidates.push(await floorTool(flotilla.program));
  }
  const tools = candidates.flatMap((candidate) => ('missing' in candidate ? [] : [candidate]));
  const notes = candidates.flatMap((candidate) =>
    'missing' in candidate ? [`MISSING ${candidate.name}: ${candidate.missing}`] : [],
  );
  for (const note of notes) say(note);
  return { tools, notes };
}

/** @param {Options} options */
function choose({ groups, stacks: names }) {
  const starts = groups.has('start-up') ? startCases : [];
  const plans = groups.has('plan') ? planCases : [];
  const onEngine = [...groups].some((group) => group !== 'start-up' && group !== 'plan');
  const chosenStacks = stacks.filter(({ name }) => onEngine && names.has(name));
  const rows = [...starts, ...plans, ...chosenStacks.flatMap(casesOf)].filter(({ group }) =>
    groups.has(group),
  );
  return { starts, plans, chosenStacks, rows };
}

/**
 * The first containers of an engine are slower than all others.
 * @param {readonly Tool[]} tools
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
    rows.map(({ id, group, title, budget, nativeBudgets = [], fastBudget }) => [
      id,
      {
        ...{ id, group, title, nativeBudgets, runs: {} },
        ...(budget === undefined ? {} : { budget }),
        ...(fastBudget === undefined ? {} : { fastBudget }),
      },
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
