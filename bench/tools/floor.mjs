// @ts-check
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tryRun } from '../../scripts/lib/run.mjs';

const script = fileURLToPath(new URL('../floor/floor.sh', import.meta.url));

/**
 * The native engine's parts, driven by a shell script that does just what a stack needs.
 * @param {string | undefined} program flotilla, by which its configuration is made once
 * @returns {Promise<import('./tool.mjs').Tool>}
 */
export async function floorTool(program) {
  const { stdout } = await tryRun('bash', ['-c', 'echo $BASH_VERSION']);
  return {
    name: 'floor',
    title: 'floor',
    version: `bash ${stdout.trim()}`,
    world: 'floor',
    ...(program === undefined ? {} : { program }),
    command: (operation, project) =>
      operation === 'up' || operation === 'down'
        ? { file: 'bash', args: [script, operation, join(project.folder, 'floor.txt'), project.name] }
        : undefined,
  };
}
