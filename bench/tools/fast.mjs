// @ts-check
import { composeArguments } from './tool.mjs';

/**
 * The same program with `--fast-ready`, for `up` of stacks in which somebody waits for health.
 * @param {import('./tool.mjs').Tool} flotilla
 * @returns {import('./tool.mjs').Tool}
 */
export function fastTool({ version, program }) {
  return {
    name: 'fast',
    title: 'fast-ready',
    version: `flotilla ${version} up --fast-ready`,
    world: 'docker',
    probesItself: true,
    ...(program === undefined ? {} : { program }),
    command(operation, project) {
      if (program === undefined || !project.folder.endsWith('-healthy')) return undefined;
      if (operation === 'up')
        return { file: program, args: [...composeArguments(operation, project), '--fast-ready'] };
      return operation === 'down' ? { file: program, args: composeArguments(operation, project) } : undefined;
    },
  };
}
