// @ts-check
import { tryRun } from '../../scripts/lib/run.mjs';
import { composeArguments } from './tool.mjs';

/**
 * The same program on its own engine. What needs no engine is measured once, as "flotilla".
 * @param {import('./tool.mjs').Tool} flotilla
 * @returns {Promise<import('./tool.mjs').Tool>}
 */
export async function nativeTool({ version, program }) {
  const versions = await Promise.all(
    ['crun', 'conmon'].map(async (part) => {
      const { stdout } = await tryRun(part, ['--version']).catch(() => ({ stdout: '' }));
      return `${part} ${/version (\S+)/.exec(stdout)?.[1] ?? '?'}`;
    }),
  );
  return {
    name: 'native',
    title: 'native',
    version: `flotilla ${version} with ${versions.join(', ')}`,
    world: 'native',
    ...(program === undefined ? {} : { program }),
    command: (operation, project) =>
      operation === 'version' || operation === 'config' || program === undefined
        ? undefined
        : { file: program, args: composeArguments(operation, project) },
  };
}
