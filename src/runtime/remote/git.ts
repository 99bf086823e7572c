import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitReference, gitReference, type RemoteProject } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';
import { redact } from '../../core/redact.ts';
import { quote } from '../../core/text.ts';
import { type Git, type GitOptions, openGit } from './git-command.ts';
import { isInside } from './inside.ts';
import type { Store } from './store.ts';

/** A Compose file in a git repository. A commit that was fetched before needs no network. */
export async function fetchGit(text: string, store: Store, options: GitOptions): Promise<RemoteProject> {
  const reference = await gitReference(text);
  const git = openGit(options);
  const wanted = await resolveCommit(reference, text, git);
  if (reference.checksum !== undefined && !wanted.commit.startsWith(reference.checksum)) {
    throw new FlotillaError(
      'compose.remote',
      `${quote(redact(text))} is now ${wanted.commit}, which is not the commit it asks for`,
      { hint: 'Look at what has changed there, then name the new commit.' },
    );
  }
  const folder = await store.keep(wanted.id, isCheckedOut, (scratch) =>
    checkOut(scratch, reference, wanted, git),
  );
  return { folder, file: await composeFile(folder, reference, text) };
}

interface Wanted {
  /** Full id of a commit, or of a tag that points to one. */
  readonly id: string;
  /** Full id of the commit; that of a tag with a message is another one. */
  readonly commit: string;
  /** The name behind it, in full. */
  readonly ref?: string;
}

const objectId = /^[0-9a-f]{40}$/;
/** Behind the name of a tag, what it points to in the end; https://git-scm.com/docs/gitrevisions. */
const peeled = '^{}';

async function resolveCommit(
  { repository, ref = 'HEAD' }: GitReference,
  text: string,
  git: Git,
): Promise<Wanted> {
  if (objectId.test(ref)) return { id: ref, commit: ref };
  const names = [ref, `${ref}${peeled}`];
  const { exitCode, stdout, stderr } = await git(['ls-remote', '--exit-code', '--', repository, ...names]);
  const found = new Map(
    stdout.split('\n').flatMap((line): [string, string][] => {
      const [id, name] = line.trim().split('\t');
      return id !== undefined && name !== undefined && objectId.test(id) ? [[name, id]] : [];
    }),
  );
  // It also lists names that only end like the one asked for.
  for (const name of [ref, `refs/${ref}`, `refs/tags/${ref}`, `refs/heads/${ref}`]) {
    const id = found.get(name);
    if (id !== undefined) return { id, commit: found.get(`${name}${peeled}`) ?? id, ref: name };
  }
  if (exitCode === 2 || exitCode === 0) {
    throw new FlotillaError('compose.remote', `repository does not contain ref ${quote(redact(text))}`, {
      hint: `There is no branch and no tag ${quote(ref)}; a commit has to be named with all its 40 digits.`,
    });
  }
  throw unreachable(repository, stderr);
}

function unreachable(repository: string, said: string): FlotillaError {
  return new FlotillaError(
    'compose.remote',
    `failed to access repository at ${quote(redact(repository))}: ${lastWords(said)}`,
    {
      hint: 'Check the address and the network, and that git can log in without asking. What was fetched before is found without network by its commit: ADDRESS#COMMIT.',
      retryable: true,
    },
  );
}

function lastWords(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  const text =
    lines.find((line) => line.startsWith('fatal:')) ?? lines.find(Boolean) ?? 'git does not say why';
  return redact(text.replace(/^fatal: /, '')).slice(0, 300);
}

/** git writes HEAD last; until then it names a branch. */
async function isCheckedOut(folder: string): Promise<boolean> {
  const head = await readFile(join(folder, '.git/HEAD'), 'utf8').catch(() => '');
  return objectId.test(head.trim());
}

async function checkOut(
  folder: string,
  { repository }: GitReference,
  { id, ref }: Wanted,
  openedGit: Git,
): Promise<void> {
  const git = (...args: readonly string[]) => openedGit(args, folder);
  await mustSucceed(git('init', '--quiet', '--template='), repository);
  const fetch = ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--', repository];
  const byId = await git(...fetch, id);
  // Old servers give out what has a name only.
  if (byId.exitCode !== 0 && ref !== undefined) await mustSucceed(git(...fetch, ref), repository);
  else if (byId.exitCode !== 0) throw unreachable(repository, byId.stderr);
  const { stdout: fetched } = await git('rev-parse', '--verify', 'FETCH_HEAD');
  if (fetched.trim() !== id) {
    throw new FlotillaError('compose.remote', `${quote(redact(repository))} changed while it was fetched`, {
      hint: 'Run the command again.',
      retryable: true,
    });
  }
  await mustSucceed(git('checkout', '--quiet', '--detach', 'FETCH_HEAD'), repository);
}

async function mustSucceed(run: ReturnType<Git>, repository: string): Promise<void> {
  const { exitCode, stderr } = await run;
  if (exitCode !== 0) throw unreachable(repository, stderr);
}

const defaultNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

async function composeFile(folder: string, { path = '' }: GitReference, text: string): Promise<string> {
  const place = join(folder, path);
  if (!(await isInside(folder, place))) {
    throw new FlotillaError(
      'compose.outside-project',
      `${quote(path)} of ${quote(redact(text))} is a link that leads out of the repository`,
      { hint: 'Look at the repository before you trust it.' },
    );
  }
  const kind = await stat(place).catch(() => undefined);
  if (kind?.isFile()) return place;
  for (const name of kind?.isDirectory() ? defaultNames : []) {
    const file = join(place, name);
    if ((await stat(file).catch(() => undefined))?.isFile()) return file;
  }
  const missing = kind === undefined ? `there is no ${quote(path)} in it` : 'it has no Compose file';
  throw new FlotillaError('compose.no-file', `${quote(redact(text))} cannot be used: ${missing}`, {
    hint: `Name a file, or a folder with ${defaultNames.join(', ')}: ADDRESS#REF:PATH.`,
  });
}
