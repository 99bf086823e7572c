import { FlotillaError } from '../../core/error.ts';
import { redact } from '../../core/redact.ts';
import { quote } from '../../core/text.ts';
import { scpAddress } from './remote.ts';

/** A folder or file of a git repository, as BuildKit's syntax names it. */
export interface GitReference {
  /** What git is given: an address, or `user@host:path`. */
  readonly repository: string;
  /** A branch, a tag or a commit; absent: the repository's default branch. */
  readonly ref?: string;
  /** What the commit's id has to begin with. */
  readonly checksum?: string;
  /** Path in the repository, relative and without `..`; absent: its root. */
  readonly path?: string;
}

/**
 * Reads `https://host/repository.git#REF:PATH`, `…?ref=REF&subdir=PATH`, `git@host:path#…`, `github.com/user/name`.
 * Throws `compose.remote` for what makes no sense, `compose.outside-project` for a path that leads out.
 */
export function parseGitReference(text: string): GitReference {
  const hash = text.indexOf('#');
  const fragment = hash === -1 ? '' : text.slice(hash + 1);
  const address = hash === -1 ? text : text.slice(0, hash);
  const question = address.indexOf('?');
  const query = question === -1 ? '' : address.slice(question + 1);
  const repository = repositoryOf(question === -1 ? address : address.slice(0, question), text);
  const colon = fragment.indexOf(':');
  const options = readQuery(query, text);
  const ref = one(colon === -1 ? fragment : fragment.slice(0, colon), options.ref, 'ref', text);
  const path = one(colon === -1 ? '' : fragment.slice(colon + 1), options.subdir, 'subdir', text);
  const wanted = ref || options.checksum;
  if (wanted) checkRef(wanted, text);
  const clean = cleanPath(path, text);
  return {
    repository,
    ...(wanted ? { ref: wanted } : {}),
    ...(options.checksum === undefined ? {} : { checksum: options.checksum }),
    ...(clean === '' ? {} : { path: clean }),
  };
}

function repositoryOf(address: string, text: string): string {
  if (address.startsWith('github.com/')) return `https://${address}`;
  if (scpAddress.test(address)) return address;
  // git would hand such a host to ssh as an option.
  if (!URL.canParse(address) || /^\w+:\/\/(?:[^@/]*@)?-/.test(address))
    throw senseless(text, 'its address is none that git understands');
  return address;
}

interface QueryOptions {
  readonly ref?: string;
  readonly subdir?: string;
  readonly checksum?: string;
}

function readQuery(query: string, text: string): QueryOptions {
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (found.has(name)) throw senseless(text, `it has ${quote(name)} twice`);
    if (value === '' && name !== 'keep-git-dir' && name !== 'submodules')
      throw senseless(text, `its ${quote(name)} has no value`);
    found.set(name, value);
  }
  const take = (name: string) => {
    const value = found.get(name);
    found.delete(name);
    return value;
  };
  take('keep-git-dir');
  const submodules = take('submodules');
  if (submodules !== undefined && !['0', 'f', 'false'].includes(submodules.toLowerCase()))
    throw senseless(text, 'it asks for submodules, which are not fetched');
  const [tag, branch] = [take('tag'), take('branch')];
  if (tag !== undefined && branch !== undefined) throw senseless(text, 'it names a tag and a branch');
  const named = tag === undefined ? branch && prefixed('refs/heads/', branch) : prefixed('refs/tags/', tag);
  const ref = one(take('ref') ?? '', named, 'ref', text);
  const subdir = take('subdir');
  const checksum = one(take('checksum') ?? '', take('commit'), 'checksum', text);
  const [unknown] = found.keys();
  if (unknown !== undefined) throw senseless(text, `nobody knows its option ${quote(unknown)}`);
  if (checksum !== '' && !/^[0-9a-f]{7,40}$/.test(checksum))
    throw senseless(text, `${quote(checksum)} is no commit id`);
  return {
    ...(ref === '' ? {} : { ref }),
    ...(subdir === undefined ? {} : { subdir }),
    ...(checksum === '' ? {} : { checksum }),
  };
}

function prefixed(prefix: string, name: string): string {
  return name.startsWith(prefix) ? name : `${prefix}${name}`;
}

/** The one of two ways to say a thing that was used; both only when they agree. */
function one(left: string, right: string | undefined, what: string, text: string): string {
  if (left !== '' && right !== undefined && left !== right)
    throw senseless(text, `its ${what} is ${quote(left)} and ${quote(right)}`);
  return left || (right ?? '');
}

/** What `git check-ref-format` refuses, and what git would take for an option. */
function checkRef(ref: string, text: string): void {
  if (ref.startsWith('-') || ref.includes('..') || /[\u0000-\u0020\u007f~^:?*[\\]|@\{|\/$|\.lock$/.test(ref))
    throw senseless(text, `${quote(ref)} is no name of a branch, tag or commit`);
}

function cleanPath(path: string, text: string): string {
  const parts: string[] = [];
  let isOutside = path.startsWith('/') || path.includes('\\') || path.includes('\u0000');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) isOutside = true;
  }
  if (!isOutside) return parts.join('/');
  throw new FlotillaError(
    'compose.outside-project',
    `git subdirectory path traversal detected: ${quote(path)} in ${quote(redact(text))}`,
    { hint: 'The path behind the colon is relative to the root of the repository and stays in it.' },
  );
}

function senseless(text: string, reason: string): FlotillaError {
  return new FlotillaError('compose.remote', `${quote(redact(text))} cannot be fetched: ${reason}`, {
    hint: 'A git reference is ADDRESS#REF:PATH, for example "https://example.com/app.git#main:deploy".',
  });
}
