// @ts-check
import { makeStack } from './stack.mjs';

/**
 * @typedef {import('./tools/tool.mjs').Operation} Operation
 * @typedef {import('./stack.mjs').Stack} Stack
 *
 * @typedef {{ against: 'compose' | 'raw', ratio: number } | { cpuMs: number }} Budget the most that flotilla may take of
 * the other's time, or of its own processor's
 *
 * @typedef {{ against: 'compose' | 'floor', ratio: number }} NativeBudget of flotilla on its own engine
 *
 * @typedef {object} Row one line of the tables
 * @property {string} id
 * @property {Group} group
 * @property {string} title
 * @property {Budget} [budget]
 * @property {readonly NativeBudget[]} [nativeBudgets]
 * @property {number} [fastBudget] the most that `--fast-ready` may take of docker compose's time
 *
 * @typedef {Row & { operation: 'version' | 'config', services: number, rounds: number }} StartCase needs no engine; of a
 * file with so many services, at most so many times
 *
 * @typedef {Row & { operation: Operation, stack: Stack }} StackCase
 *
 * @typedef {Row & { services: number, kind: 'same' | 'changed', rounds: number }} PlanCase needs no engine: of a file
 * with so many services against as many containers in memory, of which none or all have to be recreated
 *
 * @typedef {'plan' | 'start-up' | 'up' | 'up-again' | 'ps' | 'down'} Group
 */

/** @type {Readonly<Record<Group, string>>} */
export const groupTitles = {
  'start-up': 'Start-up, without an engine',
  plan: 'Plan in memory, without loading and looking',
  up: 'up -d, from nothing',
  'up-again': 'up -d, nothing changed',
  ps: 'ps',
  down: 'down',
};

/** @type {readonly StartCase[]} */
export const startCases = [
  { operation: 'version', services: 2, title: 'version' },
  ...[2, 10, 1000, 5000].map((services) => ({
    operation: 'config',
    services,
    title: `config, ${services} services`,
  })),
].map((row) => ({
  .../** @type {StartCase} */ (row),
  id: row.operation === 'config' ? `config-${row.services}` : row.operation,
  group: 'start-up',
  // A minute and more each; one look at how time grows is enough.
  rounds: row.services > 1000 ? 1 : Number.POSITIVE_INFINITY,
  budget: { against: 'compose', ratio: 1 },
}));

/** @type {readonly PlanCase[]} */
export const planCases = /** @type {const} */ (['same', 'changed']).flatMap((kind) =>
  [500, 1000, 2000].map((services) => ({
    id: `plan-${services}-${kind}`,
    group: 'plan',
    title: `${services} services, ${kind === 'same' ? 'nothing to do' : 'all recreated'}`,
    services,
    kind,
    rounds: 3,
    ...(services === 1000 && kind === 'same' ? { budget: { cpuMs: 150 } } : {}),
  })),
);

/** @type {readonly Stack[]} */
export const stacks = [
  makeStack('wide', 1),
  makeStack('wide', 10),
  makeStack('wide', 50),
  makeStack('chain', 10),
  makeStack('star', 10, 'service_healthy'),
  makeStack('chain', 10, 'service_healthy'),
  { ...makeStack('wide', 200), withoutDocker: true },
];

/** What `--quick` leaves out: each of these takes minutes. */
export const slowStacks = ['wide-50', 'chain-10-healthy'];

/** Measured only when they are named. */
export const namedStacks = ['wide-200'];

/** The order in which a stack goes through them. @type {readonly Exclude<Group, 'start-up' | 'plan'>[]} */
const stackOperations = ['up', 'up-again', 'ps', 'down'];

/**
 * @param {Stack} stack
 * @returns {readonly StackCase[]}
 */
export function casesOf(stack) {
  return stackOperations.map((operation) => {
    const budget = budgetOf(stack, operation);
    return {
      id: `${operation}/${stack.name}`,
      group: operation,
      title: stack.title,
      operation,
      stack,
      ...(budget === undefined ? {} : { budget }),
      nativeBudgets: nativeBudgetsOf(stack, operation),
      ...(operation === 'up' && isGated(stack) ? { fastBudget: 0.4 } : {}),
    };
  });
}

/**
 * The promises of DESIGN.md, section 8.
 * @param {Stack} stack
 * @param {Operation} operation
 * @returns {Budget | undefined}
 */
function budgetOf(stack, operation) {
  if (operation === 'ps') return { against: 'compose', ratio: 1 };
  if (operation === 'up-again') return { against: 'compose', ratio: isGated(stack) ? 0.2 : 1 };
  if (operation !== 'up') return undefined;
  if (stack.name === 'star-10-healthy') return { against: 'compose', ratio: 0.7 };
  if (stack.name === 'chain-10-healthy') return { against: 'compose', ratio: 0.8 };
  if (stack.name === 'wide-10' || stack.name === 'wide-50') return { against: 'raw', ratio: 1.05 };
  return undefined;
}

/**
 * The same for the native engine.
 * @param {Stack} stack
 * @param {Operation} operation
 * @returns {readonly NativeBudget[]}
 */
function nativeBudgetsOf({ name }, operation) {
  const bare = /** @type {const} */ ({ against: 'floor', ratio: 1.5 });
  if (operation === 'down') return name === 'wide-200' ? [bare] : [{ against: 'compose', ratio: 0.15 }, bare];
  if (operation !== 'up') return [];
  if (name === 'chain-10-healthy') return [{ against: 'compose', ratio: 0.03 }, bare];
  return name === 'wide-1' || name === 'wide-200' ? [bare] : [{ against: 'compose', ratio: 0.1 }, bare];
}

/** @param {Stack} stack */
function isGated({ name }) {
  return name.endsWith('-healthy');
}
