import type { Identity } from './input.ts';
import { refuse } from './refuse.ts';

/** What a container's root says of users: the texts of its /etc/passwd and /etc/group, empty where there is none. */
export interface UserFiles {
  readonly passwd: string;
  readonly group: string;
}

export interface IdentityRequest {
  /** For messages. */
  readonly service: string;
  /** `user`, `uid`, `user:group`, `uid:gid`, or nothing for root. */
  readonly user: string;
  readonly groupAdd: readonly string[];
}

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/**
 * Looks a user up as engines do: a name wins over a number, a number needs no entry, a user's groups count only when no
 * group is given. Throws `engine.request` for a name that the image does not know.
 */
export function resolveIdentity(request: IdentityRequest, files: UserFiles): Identity {
  const users = parseUsers(files.passwd);
  const groups = parseGroups(files.group);
  const [userWord = '', groupWord = ''] = request.user.split(':', 2);
  const found = users.find(({ name, uid }) => name === userWord || String(uid) === (userWord || '0'));
  const number = asId(userWord || '0');
  if (found === undefined && number === undefined) throw unknown(request, 'user', userWord, 'user');
  const uid = found?.uid ?? number ?? 0;
  const own =
    groupWord === ''
      ? groups.filter(({ members }) => found !== undefined && members.includes(found.name))
      : [];
  const gid = groupWord === '' ? (found?.gid ?? 0) : groupId(request, groups, 'user', groupWord);
  const added = request.groupAdd.map((word) => groupId(request, groups, 'group_add', word));
  // The group itself is among the additional ones, so that a file which the group must not read stays closed.
  const additional = [gid, ...own.map((group) => group.gid), ...added];
  return { uid, gid, additionalGids: [...new Set(additional)], home: found?.home || '/' };
}

function groupId(request: IdentityRequest, groups: readonly Group[], key: string, word: string): number {
  const group = groups.find(({ name, gid }) => name === word || String(gid) === word);
  const id = group?.gid ?? asId(word);
  if (id === undefined) throw unknown(request, key, word, 'group');
  return id;
}

/** In the words of Docker, which tools know. */
function unknown(request: IdentityRequest, key: string, word: string, kind: 'user' | 'group'): Error {
  const file = kind === 'user' ? 'passwd' : 'group';
  return refuse(
    `services.${request.service}.${key}`,
    `unable to find ${kind} ${word}: no matching entries in ${file} file`,
    `Use a number, or a name of the image's /etc/${file}.`,
  );
}

/** Ids are 32 bits wide, and the highest one is taken for none. */
const highestId = 2 ** 31 - 1;

function asId(word: string): number | undefined {
  if (!/^\d+$/.test(word)) return undefined;
  const id = Number(word);
  return id <= highestId ? id : undefined;
}

function parseUsers(text: string): readonly User[] {
  return rows(text).flatMap(([name = '', , uid = '', gid = '', , home = '']) => {
    const ids = [asId(uid), asId(gid)] as const;
    return ids[0] === undefined ? [] : [{ name, uid: ids[0], gid: ids[1] ?? 0, home }];
  });
}

function parseGroups(text: string): readonly Group[] {
  return rows(text).flatMap(([name = '', , gid = '', members = '']) => {
    const id = asId(gid);
    return id === undefined ? [] : [{ name, gid: id, members: members.split(',').filter(Boolean) }];
  });
}

function rows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}
