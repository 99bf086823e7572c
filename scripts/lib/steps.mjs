// @ts-check
import { performance } from 'node:perf_hooks';

/**
 * One line per piece of work, with how long it took. On a terminal a line says what goes on meanwhile.
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
  /** @type {Set<string>} */
  const running = new Set();
  const clear = () => void (live && output.write('\r\x1b[K'));
  const show = () => void (live && running.size > 0 && output.write(`  … ${[...running].join(', ')}`));
  const print = (line = '') => {
    clear();
    output.write(`${line}\n`);
    show();
  };
  return {
    print,
    async step(title, work) {
      const started = performance.now();
      /** @param {'✓' | '✗'} mark */
      const end = (mark) => {
        const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
        running.delete(title);
        print(`  ${mark} ${title.padEnd(44)} ${seconds.padStart(7)}`);
      };
      running.add(title);
      clear();
      show();
      try {
        const result = await work((line) => print(`    ${line}`));
        end('✓');
        return result;
      } catch (error) {
        end('✗');
        throw error;
      }
    },
  };
}
