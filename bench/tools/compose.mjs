// @ts-check
import { referenceCompose } from '../../scripts/lib/reference.mjs';
import { tryRun } from '../../scripts/lib/run.mjs';
import { composeArguments } from './tool.mjs';

/**
 * docker compose, started directly: without the docker command in front, which would only add to its time.
 * @param {(line: string) => void} say
 * @returns {Promise<import('./tool.mjs').Tool | import('./tool.mjs').MissingTool>}
 */
export async function composeTool(say) {
  const name = 'compose';
  let program = '';
  try {
    program = await referenceCompose(say);
  } catch (error) {
    return { name, missing: error instanceof Error ? error.message : String(error) };
  }
  const { exitCode, stdout, stderr } = await tryRun(program, ['version', '--short']);
  if (exitCode !== 0) return { name, missing: `"${program} version" failed: ${stderr.trim()}` };
  return {
    name,
    title: 'docker compose',
    version: stdout.trim(),
    world: 'docker',
    command: (operation, project) => ({ file: program, args: composeArguments(operation, project) }),
  };
}
