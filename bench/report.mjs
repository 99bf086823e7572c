// @ts-check
import { groupTitles } from './cases.mjs';
import { pairedRatio, summarize } from './statistics.mjs';

/**
 * @typedef {import('./play.mjs').Run} Run
 * @typedef {import('./cases.mjs').Row & { runs: Readonly<Record<string, readonly (Run | undefined)[]>> }} Measured
 *
 * @typedef {object} Figures everything that was measured
 * @property {1} format
 * @property {import('./facts.mjs').Facts} facts
 * @property {readonly { name: string, title: string }[]} tools
 * @property {readonly Measured[]} rows
 * @property {readonly string[]} notes what is missing, and why
 *
 * @typedef {object} Table
 * @property {string} title
 * @property {readonly string[]} head
 * @property {readonly (readonly string[])[]} lines
 */

const none = '-';

/**
 * One table per operation with the wall times, and one with what the programs themselves used.
 * @param {Figures} figures
 * @returns {readonly Table[]}
 */
export function tablesOf({ tools, rows }) {
  const times = Object.entries(groupTitles).flatMap(([group, title]) => {
    const members = rows.filter((row) => row.group === group);
    return members.length === 0 ? [] : [timeTable(title, members, tools)];
  });
  return [...times, useTable(rows, tools), ...stayTables(rows, tools)];
}

/**
 * A line for every reason why runs do not count.
 * @param {Figures} figures
 * @returns {readonly string[]}
 */
export function failuresOf({ tools, rows }) {
  return rows.flatMap((row) =>
    tools.flatMap(({ name, title }) => {
      const runs = row.runs[name] ?? [];
      const reasons = runs.flatMap((run) => (run && 'failed' in run ? [run.failed] : []));
      return [...new Set(reasons)].map((reason) => {
        const times = reasons.filter((other) => other === reason).length;
        return `FAILED ${times} of ${runs.length}: ${row.id} by ${title}: ${reason}`;
      });
    }),
  );
}

/**
 * @param {string} title
 * @param {readonly Measured[]} rows
 * @param {Figures['tools']} tools
 * @returns {Table}
 */
function timeTable(title, rows, tools) {
  const pairs = pairsOf(tools);
  return {
    title: `${title} (milliseconds)`,
    head: ['', ...tools.map((tool) => tool.title), ...pairs.map(([a, b]) => `${a} / ${b}`), 'budget', 'runs'],
    lines: rows.map((row) => [
      row.title,
      ...tools.map(({ name }) => timeCell(values(row, name, 'wallMs'))),
      ...pairs.map(([a, b]) => ratioCell(ratioOf(row, a, b))),
      [budgetCell(row), ...fastBudgetCells(row, tools), ...nativeBudgetCells(row, tools)]
        .filter((cell) => cell !== none)
        .join('; ') || none,
      runsCell(row, tools),
    ]),
  };
}

/**
 * @param {readonly Measured[]} rows
 * @param {Figures['tools']} tools
 * @returns {Table}
 */
function useTable(rows, tools) {
  return {
    title: "The program's own processor time (milliseconds) and largest memory (MB)",
    head: ['', ...tools.map((tool) => `${tool.title}: CPU`), ...tools.map((tool) => `${tool.title}: memory`)],
    lines: rows.map((row) => [
      row.group === 'start-up' ? row.title : `${row.group}: ${row.title}`,
      ...tools.map(({ name }) => plainCell(summarize(defined(values(row, name, 'cpuMs')))?.median)),
      ...tools.map(({ name }) => plainCell(summarize(defined(values(row, name, 'peakMb')))?.max)),
    ]),
  };
}

/**
 * What stays while a stack is up, besides its programs.
 * @param {readonly Measured[]} rows
 * @param {Figures['tools']} tools
 * @returns {readonly Table[]}
 */
function stayTables(rows, tools) {
  const ups = rows.filter(({ group }) => group === 'up');
  if (ups.length === 0) return [];
  const cell = (
    /** @type {Measured} */ row,
    /** @type {string} */ tool,
    /** @type {'monitorMb' | 'supervisorMb'} */ figure,
  ) => {
    const found = summarize(defined(values(row, tool, figure)));
    return found === undefined ? none : found.median.toFixed(1);
  };
  return [
    {
      title:
        'What stays while a stack is up: memory of the monitor for each container, and of the supervisor (MB)',
      head: [
        '',
        ...tools.map(({ title }) => `${title}: monitor`),
        ...tools.filter(({ name }) => name === 'native').map(({ title }) => `${title}: supervisor`),
      ],
      lines: ups.map((row) => [
        row.title,
        ...tools.map(({ name }) => cell(row, name, 'monitorMb')),
        ...tools.filter(({ name }) => name === 'native').map(({ name }) => cell(row, name, 'supervisorMb')),
      ]),
    },
  ];
}

/**
 * @param {Figures['tools']} tools
 * @returns {[string, string][]}
 */
function pairsOf(tools) {
  const has = (/** @type {string} */ name) => tools.some((tool) => tool.name === name);
  /** @type {[string, string][]} */
  const pairs = has('flotilla')
    ? [
        ['flotilla', 'compose'],
        ['flotilla', 'raw'],
      ]
    : [['compose', 'raw']];
  pairs.push(['fast', 'compose'], ['native', 'compose'], ['native', 'floor']);
  return pairs.filter(([a, b]) => has(a) && has(b));
}

/**
 * @param {Measured} row
 * @param {string} a
 * @param {string} b
 */
function ratioOf(row, a, b) {
  return pairedRatio(values(row, a, 'wallMs'), values(row, b, 'wallMs'));
}

/**
 * @param {Measured} row
 * @param {string} tool
 * @param {'wallMs' | 'cpuMs' | 'peakMb' | 'monitorMb' | 'supervisorMb'} figure
 * @returns {(number | undefined)[]} undefined where a run failed
 */
function values(row, tool, figure) {
  // JSON writes a run that was never made as null.
  return Array.from(row.runs[tool] ?? [], (run) => (!run || 'failed' in run ? undefined : run[figure]));
}

/** @param {readonly (number | undefined)[]} list */
function defined(list) {
  return list.filter((value) => value !== undefined);
}

/** @param {readonly (number | undefined)[]} list */
function timeCell(list) {
  const summary = summarize(defined(list));
  if (summary === undefined) return list.length > 0 ? 'failed' : none;
  return `${plainCell(summary.median)} (${plainCell(summary.min)}-${plainCell(summary.max)})`;
}

/** @param {number | undefined} value */
function plainCell(value) {
  return value === undefined ? none : value.toFixed(0);
}

/** @param {number | undefined} ratio */
function ratioCell(ratio) {
  return ratio === undefined ? none : ratio.toFixed(2);
}

/** @param {Measured} row */
function budgetCell(row) {
  if (row.budget === undefined) return none;
  if ('cpuMs' in row.budget) {
    const { cpuMs } = row.budget;
    const used = summarize(defined(values(row, 'flotilla', 'cpuMs')))?.median;
    return `${cpuMs} ms CPU${used === undefined ? '' : `: ${used <= cpuMs ? 'kept' : 'MISSED'}`}`;
  }
  const { against, ratio } = row.budget;
  const reached = ratioOf(row, 'flotilla', against);
  return promiseCell(`${ratio} of ${against}`, reached, ratio);
}

/**
 * @param {Measured} row
 * @param {Figures['tools']} tools
 */
function fastBudgetCells({ fastBudget, ...row }, tools) {
  if (fastBudget === undefined || !tools.some(({ name }) => name === 'fast')) return [];
  return [promiseCell(`fast-ready ${fastBudget} of compose`, ratioOf(row, 'fast', 'compose'), fastBudget)];
}

/**
 * @param {Measured} row
 * @param {Figures['tools']} tools
 */
function nativeBudgetCells(row, tools) {
  if (!tools.some(({ name }) => name === 'native')) return [];
  return (row.nativeBudgets ?? []).map(({ against, ratio }) =>
    promiseCell(`native ${ratio} of ${against}`, ratioOf(row, 'native', against), ratio),
  );
}

/**
 * @param {string} promise
 * @param {number | undefined} reached
 * @param {number} ratio
 */
function promiseCell(promise, reached, ratio) {
  if (reached === undefined) return promise;
  // One digit more than the promise has.
  return `${promise}: ${Number(reached.toFixed(ratio < 0.1 ? 3 : 2)) <= ratio ? 'kept' : 'MISSED'}`;
}

/**
 * @param {Measured} row
 * @param {Figures['tools']} tools
 */
function runsCell(row, tools) {
  const counts = tools
    .filter(({ name }) => row.runs[name])
    .map(({ name }) => defined(values(row, name, 'wallMs')).length);
  return new Set(counts).size === 1 ? String(counts[0]) : counts.join('/');
}
