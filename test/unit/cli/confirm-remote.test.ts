import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { confirmRemote } from '../../../src/cli/confirm-remote.ts';
import { globalOptions } from '../../../src/cli/global-options.ts';
import { type CommandProject, loadForCommand } from '../../../src/cli/load.ts';
import { defaultValues } from '../../../src/cli/option.ts';
import { fakeIo } from '../../support/fake-io.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-confirm-'));
  writeFileSync(join(folder, '.env'), 'FROM_FILE=file\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const included = { reference: 'oci://box.test/b', from: 'include', folder: '/c', file: '/c/b' } as const;

describe('a project from elsewhere', () => {
  it('shows what it includes and which variables it uses, each with its question', async () => {
    const asked = await ask(`services: {a: {image: "\${A}\${B:-b}\${FROM_FILE}\${R:?}$\${NONE}"}}`, {
      answers: 'y\n\n',
      others: [included],
    });
    expect(asked.replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(`
      "Your compose stack "git://box.test/a" is stored in "FOLDER"

      Warning: This Compose project includes files from remote sources:
        - oci://box.test/b

      Remote includes could potentially be malicious. Make sure you trust the source.
      Do you want to continue? [y/N] 
      Found the following variables in configuration:
      VARIABLE    VALUE   SOURCE         REQUIRED   DEFAULT
      A           a b c   environment    no         
      B           b       compose file   no         b
      FROM_FILE   file    env file       no         
      R           r       environment    yes        

      Do you want to proceed with these variables? [Y/n] "
    `);
  });

  it('is not run after a no', async () => {
    const text = `services: {a: {image: "\${A}"}}`;
    await expect(ask(text, { answers: 'n\n' })).rejects.toMatchObject({
      code: 'run.cancelled',
      message: 'operation cancelled by user',
    });
    await expect(ask(text, { answers: '\n', others: [included] })).rejects.toThrow('cancelled by user');
  });

  it('is not run when nobody can answer', async () => {
    await expect(ask(`services: {a: {image: "\${A}"}}`, {})).rejects.toMatchObject({
      code: 'run.question',
      message: 'Do you want to proceed with these variables?',
    });
  });

  it('without variables, or with a yes from before, only says where it is', async () => {
    const place = `Your compose stack "git://box.test/a" is stored in "${folder}"\n`;
    expect(await ask('services: {a: {image: a}}', {})).toBe(place);
    expect(await ask(`services: {a: {image: "\${A}"}}`, { yes: true, others: [included] })).toBe(place);
  });

  it('whose variables decide what it reads does not get a yes by itself', async () => {
    writeFileSync(join(folder, 'file'), 'services: {b: {image: b}}');
    const text = `include: ["\${FROM_FILE}"]`;
    expect(await ask(text, { answers: 'y\n' })).toContain('so they cannot be listed');
    await expect(ask(text, { answers: '\n' })).rejects.toThrow('cancelled by user');
  });
});

interface Asked {
  /** What the person types; absent: there is nobody. */
  readonly answers?: string;
  readonly others?: CommandProject['remotes'];
  readonly yes?: boolean;
}

/** Everything that was written to standard error. */
async function ask(text: string, { answers, others = [], yes = false }: Asked): Promise<string> {
  writeFileSync(join(folder, 'compose.yaml'), text);
  const fake = fakeIo(['up'], { isTTY: answers !== undefined });
  let said = '';
  const terminal = Object.assign(new PassThrough(), { isTTY: false });
  terminal.on('data', (chunk) => {
    said += chunk;
  });
  const stdin = new PassThrough();
  const io = {
    ...fake.io,
    cwd: folder,
    environment: { A: 'a\tb\nc', R: 'r' },
    stdin: { ...fake.io.stdin, isTTY: answers !== undefined, stream: () => stdin as never },
    stderr: {
      ...fake.io.stderr,
      isTTY: answers !== undefined,
      stream: () => terminal as never,
      write: (piece: string | Uint8Array) => {
        said += piece;
      },
    },
  };
  const context = { global: defaultValues(globalOptions), io };
  const loaded = await loadForCommand(context);
  const own = {
    reference: 'git://box.test/a',
    from: 'command-line',
    folder,
    file: join(folder, 'compose.yaml'),
  } as const;
  // One line at a time: whoever asks next reads the next one.
  const lines = answers?.match(/.*\n/g) ?? [];
  terminal.on('data', (chunk) => {
    if (/\[(?:y\/N|Y\/n)\] $/.test(String(chunk))) stdin.write(lines.shift() ?? '');
  });
  await confirmRemote(context, { ...loaded, remotes: [own, ...others] }, yes);
  return said;
}
