import { describe, expect, it } from 'vitest';
import { gitReference } from '../../../src/compose/index.ts';
import type { FlotillaError } from '../../../src/core/error.ts';

const commit = '2edf63dbcf020f687322fa06223d6e0cfffbf814';

describe('a git reference', () => {
  it.each([
    ['https://h/a.git', { repository: 'https://h/a.git' }],
    ['https://h/a.git#main', { repository: 'https://h/a.git', ref: 'main' }],
    ['https://h/a.git#main:b/c', { repository: 'https://h/a.git', ref: 'main', path: 'b/c' }],
    ['https://h/a.git#:b', { repository: 'https://h/a.git', path: 'b' }],
    ['https://h/a.git#feature/x:./b/../c/', { repository: 'https://h/a.git', ref: 'feature/x', path: 'c' }],
    [`ssh://git@h:22/a#${commit}`, { repository: 'ssh://git@h:22/a', ref: commit }],
    ['git@h:team/a.git#v1', { repository: 'git@h:team/a.git', ref: 'v1' }],
    ['github.com/team/a', { repository: 'https://github.com/team/a' }],
    ['git://h/a?ref=v1&subdir=b', { repository: 'git://h/a', ref: 'v1', path: 'b' }],
    ['https://h/a.git?tag=v1', { repository: 'https://h/a.git', ref: 'refs/tags/v1' }],
    ['https://h/a.git?branch=b', { repository: 'https://h/a.git', ref: 'refs/heads/b' }],
    [`https://h/a.git?checksum=${commit}`, { repository: 'https://h/a.git', ref: commit, checksum: commit }],
    [
      'https://h/a.git?ref=v1&checksum=2edf63d&keep-git-dir=1',
      { repository: 'https://h/a.git', ref: 'v1', checksum: '2edf63d' },
    ],
  ])('%s', async (text, reference) => {
    expect(await gitReference(text)).toEqual(reference);
  });

  it.each([
    [
      'https://h/a.git#--upload-pack=x',
      'compose.remote',
      '"--upload-pack=x" is no name of a branch, tag or commit',
    ],
    ['https://h/a.git?ref=-x', 'compose.remote', '"-x" is no name of a branch, tag or commit'],
    ['https://h/a.git#a..b', 'compose.remote', '"a..b" is no name of a branch, tag or commit'],
    ['https://h/a.git#a*', 'compose.remote', '"a*" is no name of a branch, tag or commit'],
    ['ssh://-oProxyCommand=x/a', 'compose.remote', 'its address is none that git understands'],
    ['ssh://git@-oProxyCommand=x/a', 'compose.remote', 'its address is none that git understands'],
    [
      'https://h/a.git#main:../x',
      'compose.outside-project',
      'git subdirectory path traversal detected: "../x"',
    ],
    ['https://h/a.git#main:a/../../x', 'compose.outside-project', 'path traversal detected: "a/../../x"'],
    ['https://h/a.git#main:/etc', 'compose.outside-project', 'path traversal detected: "/etc"'],
    ['https://h/a.git?subdir=..', 'compose.outside-project', 'path traversal detected: ".."'],
    ['https://h/a.git?what=1', 'compose.remote', 'nobody knows its option "what"'],
    ['https://h/a.git?ref=a&ref=b', 'compose.remote', 'it has "ref" twice'],
    ['https://h/a.git?ref=', 'compose.remote', 'its "ref" has no value'],
    ['https://h/a.git?ref=a#b', 'compose.remote', 'its ref is "b" and "a"'],
    ['https://h/a.git?tag=a&branch=b', 'compose.remote', 'it names a tag and a branch'],
    ['https://h/a.git?submodules=1', 'compose.remote', 'it asks for submodules, which are not fetched'],
    ['https://h/a.git?checksum=xyz', 'compose.remote', '"xyz" is no commit id'],
    ['https://me:secret@h/a.git#-x', 'compose.remote', '"https://me:***@h/a.git#-x" cannot be fetched'],
  ])('%s is refused', async (text, code, message) => {
    const refusal = await refusalOf(text);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(message);
  });
});

function refusalOf(text: string): Promise<FlotillaError> {
  return gitReference(text).then(
    () => {
      throw new Error('it was accepted');
    },
    (thrown: FlotillaError) => thrown,
  );
}
