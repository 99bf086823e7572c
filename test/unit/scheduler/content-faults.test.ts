import { describe, expect, it } from 'vitest';
import { readFileContents } from '../../../src/compose/index.ts';
import { contentFaults } from '../../../src/scheduler/desired/index.ts';
import { load } from '../compose/support.ts';

const files = {
  kind: async (path: string) =>
    path.endsWith('gone')
      ? ('missing' as const)
      : path.endsWith('folder')
        ? ('directory' as const)
        : ('file' as const),
  readBytes: async (path: string) => {
    if (path.endsWith('large')) throw Object.assign(new Error('file too large'), { code: 'EFBIG' });
    if (path.endsWith('below')) throw Object.assign(new Error('ENOTDIR'), { code: 'ENOTDIR' });
    if (path.endsWith('closed')) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    return Buffer.from('text');
  },
};

async function faults(
  reference: string,
  source: string,
  sharesFiles = true,
  more = '',
): Promise<readonly string[]> {
  const { project, locate } = await load(
    `services: {web: {image: x, configs: [{source: c, ${reference}}]${more}}}\nconfigs: {c: {${source}}}\n`,
  );
  if (project === undefined) throw new Error('it does not load');
  const contents = await readFileContents(project, files);
  return contentFaults(project, contents, { locate, sharesFiles }).map(
    ({ path, message, at }) => `${at?.start.line}:${at?.start.column} ${path}: ${message}`,
  );
}

describe('the file of a config or secret', () => {
  const owned = 'mode: 0400';
  const plain = 'target: /c';

  it('has to be there, but on an engine that has other files', async () => {
    expect(await faults(plain, 'file: /gone')).toMatchInlineSnapshot(`
      [
        "2:21 configs.c.file: file "/gone" of config "c" does not exist",
      ]
    `);
    expect(await faults(plain, 'file: /file/below')).toHaveLength(1);
    expect(await faults(plain, 'file: /gone', false)).toEqual([]);
    expect(await faults(owned, 'file: /gone', false)).toHaveLength(1);
  });

  it('has to be readable for us when it is copied, and only then', async () => {
    expect(await faults(owned, 'file: /closed')).toMatchInlineSnapshot(`
      [
        "2:21 configs.c.file: file "/closed" of config "c" cannot be read (permission denied)",
      ]
    `);
    expect(await faults(owned, 'file: /large')).toMatchInlineSnapshot(`
      [
        "2:21 configs.c.file: file "/large" of config "c" cannot be read (it is larger than 24 MiB)",
      ]
    `);
    expect(await faults(plain, 'file: /closed')).toEqual([]);
    expect(await faults(plain, 'file: /large')).toEqual([]);
  });

  it('can be a folder when it is mounted, and only then', async () => {
    expect(await faults(plain, 'file: /folder')).toEqual([]);
    expect(await faults(owned, 'file: /folder')).toMatchInlineSnapshot(`
      [
        "1:38 services.web.configs[0]: config "c" is the folder "/folder", which can be mounted but not be given an owner or a mode",
      ]
    `);
  });
});

it('owners of configs and secrets are numbers', async () => {
  expect(await faults('uid: postgres, gid: "0x1"', 'content: x')).toMatchInlineSnapshot(`
    [
      "1:55 services.web.configs[0].uid: services.web.configs[0].uid: "postgres" is no number",
      "1:70 services.web.configs[0].gid: services.web.configs[0].gid: "0x1" is no number",
    ]
  `);
  expect(await faults('uid: "70", gid: "4294967294"', 'content: x')).toEqual([]);
});

it('targets that the service mounts something else at are refused', async () => {
  const more = (mounts: string) => faults('target: /etc/one', 'content: text', true, `, ${mounts}`);
  expect(await more('volumes: [{type: tmpfs, target: /etc/one/}]')).toEqual([
    '1:38 services.web.configs[0]: services.web.configs[0]: target /etc/one already mounted as services.web.volumes[0]',
  ]);
  expect(await more('tmpfs: ["/etc/one:size=1m"]')).toEqual([
    '1:38 services.web.configs[0]: services.web.configs[0]: target /etc/one already mounted as services.web.tmpfs[0]',
  ]);
  expect(await more('tmpfs: [/etc]')).toEqual([]);
});

it('targets that the engine hides under mounts of its own are refused', async () => {
  for (const target of ['/', '/proc/foo', '/dev/foo', '/sys']) {
    expect(await faults(`target: ${target}`, 'content: text')).toEqual([
      expect.stringContaining(`no file can be put at "${target}"`),
    ]);
  }
  expect(await faults('target: /devices/foo', 'content: text')).toEqual([]);
});
