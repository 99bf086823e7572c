import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  localGround,
  lookAtDestination,
  lookAtSource,
  packPath,
  unpack,
} from '../../../src/runtime/copy/index.ts';
import { tarParser } from '../../../src/runtime/tar/parser.ts';
import { folder, hardLink, type MadeEntry, makeTar, symlink } from '../../support/images/tar.ts';

let top: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'flotilla-copy-')));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function unpackHere(archive: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const leftOut: string[] = [];
  await unpack({
    archive,
    what: 'the archive',
    ground: localGround(join(top, 'out'), { keepOwners: false }),
    placeOf: (parts) => parts,
    onLeftOut: (path) => leftOut.push(path),
  });
  return leftOut;
}

/** What is below a folder: names, kinds, modes, and content or link target. */
function tree(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const place = join(path, name);
      const found = lstatSync(place);
      const mode = (found.mode & 0o7777).toString(8);
      if (found.isSymbolicLink()) return `${name} -> ${readlinkSync(place)}`;
      if (found.isDirectory()) return `${name}/ ${mode}`;
      return found.isFile() ? `${name} ${mode} ${readFileSync(place, 'utf8').slice(0, 20)}` : `${name} other`;
    });
}

describe('what is packed and unpacked', () => {
  it('leaves out what is removed while it is packed', async () => {
    const source = join(top, 'src');
    mkdirSync(source);
    for (const name of ['a', 'b', 'c']) writeFileSync(join(source, name), name);
    mkdirSync(join(top, 'out'));
    async function* withRemoval(): AsyncGenerator<Uint8Array> {
      for await (const piece of packPath({ path: source, name: 'copy', onLeftOut: () => {} })) {
        rmSync(join(source, 'b'), { force: true });
        yield piece;
      }
    }
    await unpackHere(withRemoval());
    expect(readdirSync(join(top, 'out/copy'))).toEqual(['a', 'c']);
  });

  it.each(['attributesOf', 'markOf'])('leaves out what is not there any more for %s', async (asked) => {
    const source = join(top, 'src');
    mkdirSync(source);
    for (const name of ['a', 'b', 'c']) writeFileSync(join(source, name), name);
    mkdirSync(join(top, 'out'));
    const remove = (place: Uint8Array) => {
      if (!Buffer.from(place).toString().endsWith('/b')) return;
      rmSync(Buffer.from(place));
      lstatSync(Buffer.from(place));
    };
    const archive = packPath({
      path: source,
      name: 'copy',
      onLeftOut: () => {},
      attributesOf: (place) => {
        if (asked === 'attributesOf') remove(place);
        return new Map();
      },
      markOf: (place) => {
        if (asked === 'markOf') remove(place);
        return undefined;
      },
    });
    await unpackHere(archive);
    expect(readdirSync(join(top, 'out/copy'))).toEqual(['a', 'c']);
  });

  it('of a layer says what is not there any more', async () => {
    const source = join(top, 'src');
    mkdirSync(join(source, 'new/deep'), { recursive: true });
    for (const name of ['gone', 'new/deep/gone', 'new/kept']) writeFileSync(join(source, name), '');
    const archive = packPath({
      path: source,
      name: '',
      onLeftOut: () => {},
      markOf: (place, found) => {
        const name = Buffer.from(place).toString();
        if (name.endsWith('/gone')) return 'removed';
        return found.isDirectory() && name.endsWith('/new') ? 'opaque' : undefined;
      },
    });
    const names: string[] = [];
    const parser = tarParser(
      { entry: ({ name }) => void names.push(name), content: () => undefined, entryEnd: () => undefined },
      'the archive',
    );
    for await (const piece of archive) parser.push(piece);
    parser.end();
    expect(names).toEqual([
      '.wh.gone',
      'new/',
      'new/.wh..wh..opq',
      'new/deep/',
      'new/deep/.wh.gone',
      'new/kept',
    ]);
  });

  it.runIf(process.platform === 'linux')('keeps names that are no text', async () => {
    const source = join(top, 'src');
    mkdirSync(Buffer.from(`${source}/f\xfcr/d\xe4`, 'latin1'), { recursive: true });
    writeFileSync(Buffer.from(`${source}/f\xfcr/d\xe4/\xf6`, 'latin1'), 'deep');
    const pieces: Uint8Array[] = [];
    for await (const piece of packPath({ path: source, name: 'ü', onLeftOut: () => {} })) pieces.push(piece);
    const archive = Buffer.concat(pieces).toString('latin1');
    expect(archive).toContain(`path=${Buffer.from('ü').toString('latin1')}/f\xfcr/d\xe4/\xf6\n`);
  });

  it('keeps names, modes, times and links', async () => {
    const source = join(top, 'src');
    const long = `${'long-'.repeat(30)}name-ü`;
    mkdirSync(join(source, 'closed'), { recursive: true });
    writeFileSync(join(source, 'closed', long), 'deep');
    writeFileSync(join(source, 'a'), 'one', { mode: 0o640 });
    utimesSync(join(source, 'a'), 1_500_000_000, 1_500_000_000);
    linkSync(join(source, 'a'), join(source, 'same'));
    symlinkSync('/nowhere/at all', join(source, 'dangling'));
    writeFileSync(join(source, 'big'), 'x'.repeat(1_000_000));
    chmodSync(join(source, 'closed'), 0o500);
    chmodSync(source, 0o755);
    mkdirSync(join(top, 'out'));
    const archive = packPath({ path: source, name: 'copy', onLeftOut: () => {} });
    expect(await unpackHere(archive)).toEqual([]);
    expect(tree(join(top, 'out', 'copy'))).toEqual(tree(source));
    expect(lstatSync(join(top, 'out/copy/a')).mtimeMs).toBe(1_500_000_000_000);
    expect(lstatSync(join(top, 'out/copy/a')).ino).toBe(lstatSync(join(top, 'out/copy/same')).ino);
    expect(lstatSync(join(top, 'out/copy/big')).size).toBe(1_000_000);
    for (const each of ['out/copy', 'src']) chmodSync(join(top, each, 'closed'), 0o700);
  });

  it('is replaced where it is there already, files by files and links by links', async () => {
    mkdirSync(join(top, 'out/d'), { recursive: true });
    writeFileSync(join(top, 'victim'), 'untouched');
    symlinkSync(join(top, 'victim'), join(top, 'out/a'));
    writeFileSync(join(top, 'out/l'), 'old');
    writeFileSync(join(top, 'out/d/kept'), 'kept');
    await unpackHere(
      once(makeTar([{ name: 'a', content: 'new' }, symlink('l', 'a'), folder('d'), { name: 'd/more' }])),
    );
    expect(tree(join(top, 'out'))).toEqual([
      'a 644 new',
      'd/ 755',
      'd/kept 644 kept',
      'd/more 644 ',
      'l -> a',
    ]);
    expect(readFileSync(join(top, 'victim'), 'utf8')).toBe('untouched');
  });

  it('gives nobody the rights of another user', async () => {
    mkdirSync(join(top, 'out'));
    await unpackHere(once(makeTar([{ name: 'a', mode: 0o6755 }])));
    expect(tree(join(top, 'out'))).toEqual(['a 755 ']);
  });

  it('leaves out what is neither a file nor a folder nor a link', async () => {
    mkdirSync(join(top, 'out'));
    const device: MadeEntry = { name: 'null', flag: '3', device: [1, 3] };
    expect(await unpackHere(once(makeTar([device, { name: 'pipe', flag: '6' }])))).toEqual(['null', 'pipe']);
    expect(tree(join(top, 'out'))).toEqual([]);
  });
});

describe('a hostile archive', () => {
  const failure = async (...entries: readonly MadeEntry[]): Promise<string> => {
    try {
      await unpackHere(once(makeTar(entries)));
      return 'none';
    } catch (error) {
      return (error as Error).message.replaceAll(top, 'TOP');
    }
  };
  beforeEach(() => {
    mkdirSync(join(top, 'out'));
    mkdirSync(join(top, 'outside'));
    writeFileSync(join(top, 'outside/victim'), 'untouched');
  });
  afterEach(() => expect(tree(join(top, 'outside'))).toEqual(['victim 644 untouched']));

  it('cannot climb out by its names', async () => {
    expect(await failure({ name: '../outside/new', content: 'x' })).toBe(
      'the archive has the name "../outside/new": it leads out of the destination',
    );
    expect(await failure(hardLink('a', '../outside/victim'))).toContain('leads out of the destination');
    expect(await failure({ name: '/outside/new', content: 'x' })).toBe('none');
    expect(tree(join(top, 'out'))).toEqual(['outside/ 755', 'outside/new 644 x']);
  });

  it('cannot go through a link that it brings along', async () => {
    const link = symlink('d', join(top, 'outside'));
    expect(await failure(link, { name: 'd/victim', content: 'x' })).toMatch(
      /^cannot write "TOP\/out\/d\/victim": /,
    );
    expect(await failure(link, folder('d/new'))).toMatch(/^cannot write /);
    expect(await failure(link, hardLink('a', 'd/victim'))).toMatch(/^cannot write /);
    expect(await failure(link, folder('d'), { name: 'd/victim', content: 'x' })).toMatch(/the folder "d"/);
    expect(await failure(symlink('f', join(top, 'outside/victim')), { name: 'f', content: 'x' })).toBe(
      'none',
    );
  });

  it('cannot go through a link that is there', async () => {
    symlinkSync(join(top, 'outside'), join(top, 'out/d'));
    expect(await failure({ name: 'd/victim', content: 'x' })).toMatch(/^cannot write /);
    expect(await failure({ name: 'd/e/victim', content: 'x' })).toMatch(/^cannot write /);
  });

  it('leaves nothing half done beside the destination', async () => {
    expect(await failure({ name: 'a', content: 'x', size: 5000 })).toContain('ends in the middle');
    expect(await failure(folder('d'), { name: 'd', content: 'x' })).toContain('which is no folder');
    expect(readdirSync(join(top, 'out'))).toEqual(['d']);
  });
});

describe('a path of this machine', () => {
  it('is looked at as a source, its last link followed when that is asked for or a slash follows', async () => {
    mkdirSync(join(top, 'real'));
    symlinkSync('real', join(top, 'link'));
    const link = join(top, 'link');
    expect(await lookAtSource(link, false)).toEqual({ path: link, name: 'link', isFolder: false });
    for (const [path, follows] of [
      [link, true],
      [`${link}/`, false],
      [`${link}/.`, false],
    ] as const) {
      expect(await lookAtSource(path, follows)).toEqual({
        path: join(top, 'real'),
        name: 'link',
        isFolder: true,
      });
    }
    await expect(lookAtSource(join(top, 'nope'), false)).rejects.toThrow('no such file or directory');
    writeFileSync(join(top, 'file'), '');
    await expect(lookAtSource(join(top, 'file/'), false)).rejects.toThrow('not a directory');
  });

  it('is looked at as a destination, with the last link followed', async () => {
    symlinkSync('target', join(top, 'dangling'));
    expect(await lookAtDestination(join(top, 'dangling'))).toEqual({ path: join(top, 'target') });
    writeFileSync(join(top, 'target'), '');
    expect(await lookAtDestination(join(top, 'dangling'))).toEqual({
      path: join(top, 'target'),
      found: 'file',
    });
    expect(await lookAtDestination(`${top}/`)).toEqual({ path: top, found: 'folder' });
    expect(await lookAtDestination(join(top, 'new/'))).toEqual({ path: join(top, 'new/') });
    await expect(lookAtDestination(join(top, 'no/where'))).rejects.toThrow('invalid output path: directory');
    if (existsSync('/dev/null')) {
      await expect(lookAtDestination('/dev/null')).rejects.toThrow('neither a folder nor a file');
    }
  });
});
