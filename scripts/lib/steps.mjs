// @ts-check
import { performance } from 'node:perf_hooks';

/**
 * One line per piece of work, with how long it took. On a terminal the line is there while the work goes on.
 *
 * @typedef {object} Steps
 * @property {<T>(title: string, work: (say: (line: string) => void) => Promise<T>) => Promise<T>} step
 * @property {(line?: string) => void} print
 */

/**
 * @param {NodeJS.WriteStream} output
 * @returns {Steps}
 */
export function createSteps(output) {
  const live = output.isTTY === true;
  const print = (line = '') => void output.write(`${line}\n`);
  return {
    print,
    async step(title, work) {
      const started = performance.now();
      const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
      const clear = () => void (live && output.write('\r\x1b[K'));
      const show = () => void (live && output.write(`  … ${title}`));
      const say = (/** @type {string} */ line) => {
        clear();
        print(`    ${line}`);
        show();
      };
      show();
      try {
        const result = await work(say);
        clear();
        print(`  ✓ ${title.padEnd(44)} ${seconds().padStart(7)}`);
        return result;
      } catch (error) {
        clear();
        print(`  ✗ ${title.padEnd(44)} ${seconds().padStart(7)}`);
        throw error;
      }
    },
  };
}
