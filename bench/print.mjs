// @ts-check
import { failuresOf, tablesOf } from './report.mjs';

/**
 * @typedef {import('./report.mjs').Figures} Figures
 * @typedef {import('./report.mjs').Table} Table
 */

/**
 * @param {Figures} figures
 * @returns {string} for a terminal
 */
export function textOf(figures) {
  const tables = tablesOf(figures).map((table) => `${table.title}\n${alignedLines(table).join('\n')}\n`);
  return [`${factLines(figures).join('\n')}\n`, ...tables].join('\n');
}

/**
 * @param {string} page a Markdown page with the two markers
 * @param {Figures} figures
 * @returns {string} the page with the figures between its markers
 * @throws {Error} when the page has no markers
 */
export function pageWith(page, figures) {
  return pageWithText(page, 'figures', markdownOf(figures));
}

/**
 * @param {string} page a Markdown page
 * @param {string} name of its two markers
 * @param {string} text
 * @returns {string} the page with the text between the markers
 * @throws {Error} when the page has no such markers
 */
export function pageWithText(page, name, text) {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The page has no "${begin}" with "${end}" after it.`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}

/** @param {Figures} figures */
function markdownOf(figures) {
  const tables = tablesOf(figures).map((table) => `### ${table.title}\n\n${markdownLines(table).join('\n')}`);
  return [
    factLines(figures)
      .map((line) => `- ${line}`)
      .join('\n'),
    ...tables,
  ].join('\n\n');
}

/** @param {Figures} figures */
function factLines(figures) {
  const { facts, notes } = figures;
  const versions = Object.entries(facts.tools).map(([title, version]) => `${title} ${version}`);
  return [
    `${facts.date} UTC; ${facts.cores} cores, ${facts.processor}, ${facts.memoryGb} GB; ${facts.system}, Linux ${facts.kernel}`,
    `${facts.engine}; Node ${facts.node}`,
    versions.join('; '),
    `before: load average ${facts.load}, ${facts.idlePercent} % of the processors idle; not quiet in ${facts.restlessPercent} % of the pauses between runs`,
    ...(facts.busy ? ['INDICATIVE ONLY: others were at work on this machine while it was measured'] : []),
    ...notes,
    ...failuresOf(figures),
  ];
}

/** @param {Table} table */
function alignedLines({ head, lines }) {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((line) => (line[column] ?? '').length)),
  );
  const pad = (/** @type {string} */ cell, /** @type {number} */ column) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return [head, ...lines].map((line) => line.map(pad).join('   ').trimEnd());
}

/** @param {Table} table */
export function markdownLines({ head, lines }) {
  const row = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [row(head), row(rule), ...lines.map(row)];
}
