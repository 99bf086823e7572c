// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tryRun } from '../../scripts/lib/run.mjs';
import { composeArguments } from './tool.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The program that package.json's `bin` names, as a user starts it.
 * @param {{ build: boolean, say: (line: string) => void }} options
 * @returns {Promise<import('./tool.mjs').Tool | import('./tool.mjs').MissingTool>}
 */
export async function flotillaTool({ build, say }) {
  const name = 'flotilla';
  const { bin, scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const program = `${root}${bin.flotilla}`;
  if (build && scripts?.build !== undefined) {
    say('building Flotilla');
    const built = await tryRun('npm', ['run', 'build'], { cwd: root });
    if (built.exitCode !== 0) return { name, missing: `"npm run build" failed:\n${lastLines(built)}` };
  }
  if (!existsSync(program)) return { name, missing: `${bin.flotilla} is not built` };
  const shown = await tryRun(program, ['version', '--short']);
  if (shown.exitCode !== 0) return { name, missing: `"flotilla version" failed:\n${lastLines(shown)}` };
  return {
    name,
    title: 'flotilla',
    version: shown.stdout.trim(),
    world: 'docker',
    program,
    command: (operation, project) => ({ file: program, args: composeArguments(operation, project) }),
  };
}

/** @param {{ stdout: string, stderr: string }} result */
function lastLines({ stdout, stderr }) {
  return `${stdout}\n${stderr}`.trim().split('\n').slice(-8).join('\n');
}
