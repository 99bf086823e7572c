import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadProject, nodeFiles } from '../../../src/compose/index.ts';
import { printed } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'flotilla-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function loaded(bytes: Buffer, name = 'compose.yaml'): Promise<string> {
  writeFileSync(join(folder, name), bytes);
  const { project, diagnostics } = await loadProject({
    cwd: folder,
    environment: {},
    home: '/home/user',
    files: nodeFiles(),
    configFiles: [name],
  });
  return printed(diagnostics) + [...(project?.services.values() ?? [])].map(({ image }) => image).join();
}

describe('files of this machine', () => {
  const text = 'services:\n  web:\n    image: nginx # \u00fc\n';

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark and the line ends of Windows', Buffer.from(`\uFEFF${text.replaceAll('\n', '\r\n')}`)],
    ['UTF-16, as Windows has it', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 the other way round', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ])('may be %s', async (_, bytes) => {
    expect(await loaded(bytes)).toBe('nginx');
  });

  it('are not read without end', async () => {
    expect(await loaded(Buffer.alloc(25 * 1024 * 1024, '# '), 'large.yaml')).toMatchInlineSnapshot(`
      "error compose.limit-exceeded
      large.yaml is larger than 8 MiB.
      hint: Split the file with "include", or check that it is the right one.
      "
    `);
  });

  it('are refused in another encoding', async () => {
    expect(await loaded(Buffer.from(text, 'latin1'))).toMatchInlineSnapshot(`
      "error compose.unreadable-file
      open compose.yaml: it is not UTF-8 text
      hint: Save this compose file as UTF-8 in your editor, or check that it is the right file.
      "
    `);
  });

  it.each([
    ['file/below.env', 'not a directory'],
    ['loop', 'too many levels of symbolic links'],
    [`${'a'.repeat(250)}.below`, 'file name too long'],
  ])('that need not be there must not be hidden by something else: %#', async (path, reason) => {
    writeFileSync(join(folder, 'file'), '');
    rmSync(join(folder, 'loop'), { force: true });
    symlinkSync('loop', join(folder, 'loop'));
    const file = `services: {a: {image: x, env_file: [{path: ${path}, required: false}]}}\n`;
    expect(await loaded(Buffer.from(file))).toMatch(
      new RegExp(`^open ${path.slice(0, 200)}.* ${reason}$`, 'm'),
    );
  });

  it('of the environment must not be hidden either', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { diagnostics } = await loadProject({
      cwd: folder,
      environment: {},
      home: '/home/user',
      files: nodeFiles(),
      projectDirectory: 'file',
      configFiles: [],
    });
    expect(printed(diagnostics)).toMatchInlineSnapshot(`
      "error compose.unreadable-file
      open file/.env: not a directory
      hint: A part of this path is a file, and files have nothing below them.
      "
    `);
  });

  it('are looked for no further than to a folder of their name, which Docker leaves where one was missing', async () => {
    writeFileSync(join(folder, 'compose.yaml'), text);
    mkdirSync(join(folder, 'inner/compose.yaml'), { recursive: true });
    const { diagnostics } = await loadProject({
      cwd: join(folder, 'inner'),
      environment: {},
      home: '/home/user',
      files: nodeFiles(),
    });
    expect(printed(diagnostics).replaceAll(folder, '/folder')).toMatchInlineSnapshot(`
      "error compose.unreadable-file
      open compose.yaml: is a directory
      hint: Name the compose file itself, not its folder.
      "
    `);
  });
});
