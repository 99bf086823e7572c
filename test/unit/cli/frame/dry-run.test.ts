import { expect, test } from 'vitest';
import { commands } from '../../../../src/cli/commands/index.ts';
import { run } from './support.ts';

test('a command that cannot show what it would do refuses to be tried out', async () => {
  expect((await run('--dry-run exec web true')).stderr).toMatchInlineSnapshot(`
    "error: "flotilla exec" cannot be tried out with --dry-run
    hint: leave the flag away to do it really
    "
  `);
});

test('commands that change projects show their plan', () => {
  const shown = commands.filter(({ dryRun }) => dryRun === 'shows-plan').map(({ name }) => name);
  expect(shown).toEqual([
    'up',
    'down',
    'create',
    'build',
    'pull',
    'push',
    'watch',
    'scale',
    'start',
    'stop',
    'restart',
    'kill',
    'pause',
    'unpause',
    'rm',
    'run',
    'cp',
    'export',
    'commit',
  ]);
});
