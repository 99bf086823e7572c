// @ts-check
import { parseArgs } from 'node:util';
import { groupTitles, namedStacks, slowStacks, stacks } from './cases.mjs';

/**
 * @typedef {object} Options
 * @property {boolean} quick
 * @property {number} rounds of each stack
 * @property {number} startRounds of start-up
 * @property {ReadonlySet<string>} groups to be measured
 * @property {ReadonlySet<string>} stacks to be measured
 * @property {ReadonlySet<string>} tools
 * @property {boolean} build
 * @property {string | undefined} json file for the figures
 * @property {string | undefined} markdown page to update
 * @property {string | undefined} from file with figures to show instead of measuring
 */

const allGroups = Object.keys(groupTitles);
const allStacks = stacks.map(({ name }) => name);
const allTools = ['flotilla', 'fast', 'compose', 'raw', 'native', 'floor'];

export const usage = `npm run bench -- [OPTIONS]

  --quick           fewer rounds, and without the two slowest stacks
  --only WORDS      only these, separated by commas
                      operations: ${allGroups.join(', ')}
                      stacks:     ${allStacks.join(', ')}
                    given both, only these operations of these stacks;
                    ${namedStacks.join(', ')} only when named
  --rounds N        rounds of every stack (5; with --quick 2)
  --tools WORDS     only these of ${allTools.join(', ')}
  --no-build        measure dist/ as it is
  --json FILE       write all figures there
  --markdown FILE   put the tables between the page's markers
  --from FILE       show figures that --json wrote, measure nothing
`;

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  /** @override */
  name = 'UsageError';
}

/**
 * @param {readonly string[]} argv
 * @returns {Options | 'help'}
 * @throws {UsageError}
 */
export function parseOptions(argv) {
  const values = read(argv);
  if (values.help) return 'help';
  const quick = values.quick === true;
  const rounds = values.rounds === undefined ? (quick ? 2 : 5) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new UsageError(`--rounds "${values.rounds}" is not a whole number above 0.`);
  const words = list(values.only);
  check('--only', words, [...allGroups, ...allStacks]);
  const namesStack = words.some((word) => allStacks.includes(word));
  const tools = list(values.tools);
  check('--tools', tools, allTools);
  return {
    quick,
    rounds,
    startRounds: quick ? 5 : Math.max(20, rounds),
    groups: chosen(words, allGroups, (group) => !namesStack || (group !== 'start-up' && group !== 'plan')),
    stacks: chosen(
      words,
      allStacks,
      (name) => !namedStacks.includes(name) && (!quick || !slowStacks.includes(name)),
    ),
    tools: chosen(tools, allTools),
    build: values['no-build'] !== true,
    json: values.json,
    markdown: values.markdown,
    from: values.from,
  };
}

/** @param {readonly string[]} argv */
function read(argv) {
  const flag = /** @type {const} */ ({ type: 'boolean' });
  const text = /** @type {const} */ ({ type: 'string' });
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { ...flag, short: 'h' },
        quick: flag,
        only: text,
        rounds: text,
        tools: text,
        'no-build': flag,
        json: text,
        markdown: text,
        from: text,
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string | undefined} value */
function list(value) {
  return (value ?? '').split(',').filter((word) => word !== '');
}

/**
 * @param {string} option
 * @param {readonly string[]} words
 * @param {readonly string[]} known
 */
function check(option, words, known) {
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) throw new UsageError(`${option} "${unknown}": there are ${known.join(', ')}.`);
}

/**
 * Those of the known names that the words contain; without any, all that are taken by default.
 * @param {readonly string[]} words
 * @param {readonly string[]} known
 * @param {(name: string) => boolean} byDefault
 */
function chosen(words, known, byDefault = () => true) {
  const named = known.filter((name) => words.includes(name));
  return new Set(named.length > 0 ? named : known.filter(byDefault));
}
