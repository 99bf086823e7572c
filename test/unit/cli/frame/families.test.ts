import { expect, test } from 'vitest';
import { readCommandLine } from '../../../../src/cli/command-line.ts';
import { commands } from '../../../../src/cli/commands/index.ts';
import { main } from '../../../../src/cli/main.ts';
import { fakeIo } from '../../../support/fake-io.ts';

async function run(...argv: readonly string[]) {
  const { io, stdout, stderr } = fakeIo(argv);
  return { exitCode: await main(io, commands), stdout: stdout(), stderr: stderr() };
}

async function nameOf(...argv: readonly string[]): Promise<unknown> {
  const request = await readCommandLine(argv, commands);
  return request.kind === 'run' ? [request.command.name, ...request.arguments] : request;
}

test('a command of two words takes its arguments from the third on, also by its other names', async () => {
  expect(await nameOf('image', 'rm', 'a', '-f', 'b')).toEqual(['image rm', 'a', 'b']);
  expect(await nameOf('image', 'remove', 'a')).toEqual(['image rm', 'a']);
  expect(await nameOf('rmi', 'a')).toEqual(['image rm', 'a']);
  expect(await nameOf('image')).toEqual({ kind: 'help', family: 'image' });
  expect(await nameOf('image', '--help')).toEqual({ kind: 'help', family: 'image' });
  expect(await nameOf('help', 'image')).toEqual({ kind: 'help', family: 'image' });
});

test('the help of a first word lists the second ones', async () => {
  expect((await run('image')).stdout).toMatchInlineSnapshot(`
    "Usage:  flotilla image COMMAND

    Look after the images of the native engine

    Commands:
      ls       List images
      pull     Download an image from a registry
      push     Send an image to its registry
      load     Load images from an archive of docker save, an OCI archive or an OCI folder
      save     Save images to an archive that docker load can read
      import   Make an image of the file system in a tar archive
      tag      Give an image another name
      inspect  Show everything about images
      history  Show the steps by which an image came about
      rm       Remove images
      prune    Remove images that nothing uses

    'flotilla image COMMAND --help' tells more about a command.
    "
  `);
});

test('the help of a command of two words has its other names', async () => {
  const { stdout } = await run('image', 'rm', '--help');
  expect(stdout.split('\n').slice(0, 6)).toEqual([
    'Usage:  flotilla image rm [OPTIONS] IMAGE [IMAGE...]',
    '',
    'Remove images',
    '',
    'Aliases:',
    '  image rm, image remove, rmi',
  ]);
});

test('a second word that is unknown gets the nearest one', async () => {
  expect(await run('image', 'prun')).toMatchObject({
    exitCode: 1,
    stderr: 'error: unknown command "image prun"\nhint: did you mean "flotilla image prune"?\n',
  });
});
