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

  it('shows no value where nobody can answer, and never one that looks secret', async () => {
    const text = `services: {a: {image: "\${A}", environment: [R, DB_PASSWORD, FIXED=1]}}`;
    const refused = await ask(text, {}).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'run.question' });
    expect(lastSaid).toContain('Found the following variables in configuration:\nA DB_PASSWORD R\n');
    const asked = await ask(text, { answers: '\n' });
    expect(asked).toMatch(/DB_PASSWORD +\*\*\* +environment/);
    expect(asked).not.toContain('hunter2');
  });

  it('lists what its env files take from this machine, too', async () => {
    writeFileSync(
      join(folder, 'a.env'),
      "TOKEN\nFIXED=1\nexport R\nURL=http://${HOST:-x}/$FIXED\nQUOTED='$NONE'\n",
    );
    writeFileSync(join(folder, 'raw.env'), 'DB_PASSWORD\nKEPT=$NOT_READ\n');
    const text =
      'services: {a: {image: a, env_file: [a.env, {path: raw.env, format: raw}, {path: none, required: false}]}}';
    await ask(text, {}).catch(() => undefined);
    expect(lastSaid).toContain(
      'Found the following variables in configuration:\nDB_PASSWORD FIXED HOST R TOKEN\n',
    );
  });

  it('in part from elsewhere asks about that part', async () => {
    const asked = await ask('services: {a: {image: a}}', {
      answers: 'y\n',
      others: [included],
      isOwn: false,
    });
    expect(asked).not.toContain('Your compose stack');
    expect(asked).toContain('- oci://box.test/b');
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
  /** Whether the project itself is from elsewhere. */
  readonly isOwn?: boolean;
}

let lastSaid = '';

/** Everything that was written to standard error. */
async function ask(
  text: string,
  { answers, others = [], yes = false, isOwn = true }: Asked,
): Promise<string> {
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
    environment: { A: 'a\tb\nc', R: 'r', DB_PASSWORD: 'hunter2' },
    stdin: { ...fake.io.stdin, isTTY: answers !== undefined, stream: () => stdin as never },
    stderr: {
      ...fake.io.stderr,
      isTTY: answers !== undefined,
      stream: () => terminal as never,
      write: (piece: string | Uint8Array) => {
        said += piece;
        lastSaid = said;
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
  await confirmRemote(context, { ...loaded, remotes: [...(isOwn ? [own] : []), ...others] }, yes);
  return said;
}
