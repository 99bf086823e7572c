// @ts-check
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../raw/program.mjs', import.meta.url));

/**
 * The Engine API driven by hand, by a Node program of a few lines. Where no engine takes part it is an empty Node
 * program: the least that anything written for Node can take.
 * @returns {import('./tool.mjs').Tool}
 */
export function rawTool() {
  return {
    name: 'raw',
    title: 'raw API',
    version: `Node ${process.version}`,
    world: 'docker',
    command: (operation, project) => {
      if (operation === 'config') return undefined;
      if (operation === 'version') return { file: process.execPath, args: ['--eval', '0'] };
      return {
        file: process.execPath,
        args: [program, operation, join(project.folder, 'requests.json'), project.name],
      };
    },
  };
}
