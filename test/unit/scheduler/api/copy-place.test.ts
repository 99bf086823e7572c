import { describe, expect, it } from 'vitest';
import { meansContent, placeOfCopy } from '../../../../src/scheduler/api/copy-place.ts';

const file = { isFolder: false, isContent: false, name: 'a.txt' };
const folder = { isFolder: true, isContent: false, name: 'src' };
const content = { isFolder: true, isContent: true, name: 'src' };

describe('where a copy goes', () => {
  it.each([
    ['a file into a folder', file, { path: '/tmp/', found: 'folder' }, { folder: '/tmp/', name: 'a.txt' }],
    ['a file over a file', file, { path: '/tmp/b', found: 'file' }, { folder: '/tmp', name: 'b' }],
    ['a file to a new name', file, { path: '/tmp/b' }, { folder: '/tmp', name: 'b' }],
    ['a folder into a folder', folder, { path: '/tmp', found: 'folder' }, { folder: '/tmp', name: 'src' }],
    ['a folder to a new name', folder, { path: '/tmp/new' }, { folder: '/tmp', name: 'new' }],
    ['a folder to a new name with a slash', folder, { path: '/tmp/new/' }, { folder: '/tmp', name: 'new' }],
    ['a folder to a new name with a dot', folder, { path: '/tmp/new/.' }, { folder: '/tmp', name: 'new' }],
    [
      'what is in a folder into one',
      content,
      { path: '/tmp', found: 'folder' },
      { folder: '/tmp', name: '.' },
    ],
    ['what is in a folder to a new name', content, { path: '/tmp/new' }, { folder: '/tmp', name: 'new' }],
    ['a file to a name in the root', file, { path: '/b' }, { folder: '/', name: 'b' }],
  ] as const)('%s', (_, source, destination, place) => {
    expect(placeOfCopy(source, destination)).toEqual(place);
  });

  it('refuses a folder in the place of a file, and a file in a folder that is not there', () => {
    expect(() => placeOfCopy(folder, { path: '/tmp/b', found: 'file' })).toThrow(
      'cannot copy directory: "/tmp/b" is a file',
    );
    expect(() => placeOfCopy(file, { path: '/tmp/new/' })).toThrow('no such directory: "/tmp/new/"');
  });

  it.each([
    ['.', true],
    ['src/.', true],
    ['/', true],
    ['src/', false],
    ['src', false],
    ['..', false],
    ['a.', false],
  ])('%j means only what is in the folder: %j', (path, means) => {
    expect(meansContent(path)).toBe(means);
  });
});
