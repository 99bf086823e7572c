import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../../src/compose/index.ts';
import { remoteProjects } from '../../../../src/runtime/index.ts';
import { type GitServer, startGitServer } from '../../../support/git-server.ts';

let server: GitServer;
let commit: string;
let tag: string;
let folder: string;

beforeAll(async () => {
  server = await startGitServer();
  commit = server.commit('main', { 'compose.yaml': 'services: {}' });
  server.git('tag', '--annotate', '--message=one', 'v1');
  tag = server.git('rev-parse', 'v1').trim();
});
afterAll(() => server?.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-git-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the checksum of a reference', () => {
  it('is of the commit that an annotated tag points to', async () => {
    expect(tag).not.toBe(commit);
    const found = await fetchIt(`${server.url}?tag=v1&checksum=${commit}`);
    // The folder is docker compose's, which takes the id that the tag itself has.
    expect(basename(found.folder)).toBe(tag);
  });

  it('refuses another commit, and names the one that is there', async () => {
    await expect(fetchIt(`${server.url}?tag=v1&checksum=1234567`)).rejects.toMatchObject({
      code: 'compose.remote',
      message: expect.stringContaining(`is now ${commit}, which is not the commit it asks for`),
    });
  });
});

describe("the user's settings of git", () => {
  it('count when they come from variables, as jobs get them', async () => {
    const reference = 'https://box.test/app.git#main';
    const base = server.url.slice(0, -'app.git'.length);
    const found = await fetchIt(reference, settings([`url.${base}.insteadOf`, 'https://box.test/']));
    expect(basename(found.folder)).toBe(commit);
  });

  it('bring no hooks back', async () => {
    const mark = join(folder, 'mark');
    script('hooks/post-checkout', `touch '${mark}'`);
    await fetchIt(`${server.url}#main`, settings(['core.hooksPath', join(folder, 'hooks')]));
    expect(existsSync(mark)).toBe(false);
  });

  it.each([
    ['core.sshCommand', (path: string) => settings(['core.sshCommand', path])],
    ['GIT_SSH_COMMAND', (path: string) => ({ GIT_SSH_COMMAND: path })],
    ['GIT_SSH', (path: string) => ({ GIT_SSH: path })],
  ])('say by %s how ssh is run', async (_, environmentFor) => {
    const mark = join(folder, 'mark');
    const ssh = script('ssh', `printf '%s ' "$@" >'${mark}'\nexit 1`);
    await expect(fetchIt('ssh://git@box.test/app.git', environmentFor(ssh))).rejects.toMatchObject({
      code: 'compose.remote',
    });
    expect(readFileSync(mark, 'utf8')).toContain("git@box.test git-upload-pack '/app.git'");
  });
});

function settings(...entries: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', `${entries.length}`],
    ...entries.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ]);
}

function script(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

function fetchIt(reference: string, environment: Readonly<Record<string, string>> = {}) {
  const remotes = remoteProjects({
    environment: { PATH: process.env['PATH'], HOME: folder, XDG_CACHE_HOME: folder, ...environment },
    home: folder,
    files: nodeFiles(),
  });
  return remotes.fetch(reference);
}
