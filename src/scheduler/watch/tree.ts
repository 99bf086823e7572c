import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { messageOf } from '../../core/error.ts';
import type { WatchedRule } from './rules.ts';

export interface FileChange {
  /** Below the rule's path, with slashes; `` is that itself. */
  readonly path: string;
  readonly kind: FileKind | 'absent';
  /** What it was before, if it was there. */
  readonly was?: FileKind;
}

export type FileKind = 'file' | 'folder' | 'link';

interface Known {
  readonly kind: FileKind;
  /** Changes with everything that is done to it. */
  readonly signature: string;
  /** Of what it is and what is in it, for as much of it as somebody has looked at. */
  readonly content?: string;
}

/** Larger files are taken for changed when they have been written to. */
const largestRead = 4 * 2 ** 20;

/** How many files are looked at before others have their turn. */
const atOnce = 200;

/** What is known of the files of a rule, and what has become of them since. */
export class Tree {
  readonly rule: WatchedRule;
  readonly #onUnreadable: (path: string, reason: string) => void;
  readonly #onNewFolder: (path: string) => void;
  #known = new Map<string, Known>();
  /** What tells a folder from another one of its name, by their paths; of those that do not count, too. */
  readonly #folders = new Map<string, string>();
  #hasLooked = false;

  constructor(
    rule: WatchedRule,
    {
      onUnreadable,
      onNewFolder,
    }: {
      /** Hears of what cannot be looked at, by its absolute path. */
      readonly onUnreadable: (path: string, reason: string) => void;
      /** Hears of folders that were not there, or were others, when it was looked before; by the absolute path. */
      readonly onNewFolder: (path: string) => void;
    },
  ) {
    this.rule = rule;
    this.#onUnreadable = onUnreadable;
    this.#onNewFolder = onNewFolder;
  }

  /** Everything that is there, as changes. */
  everything(): readonly FileChange[] {
    return [...this.#known].map(([path, { kind }]) => ({ path, kind }));
  }

  /** The folders that were there the last time, by their absolute paths. */
  folders(): readonly string[] {
    return [...this.#folders.keys()].map((path) => this.#place(path));
  }

  /** Compares what is at a path and below it with what was there, and remembers it. Folders come before what is in them. */
  async look(path = ''): Promise<readonly FileChange[]> {
    const changes: FileChange[] = [];
    const seen = new Set<string>();
    const unread: string[] = [];
    let looked = 0;
    const waiting = [path];
    for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
      looked += 1;
      if (looked % atOnce === 0) await breathe();
      const found = this.#find(each, unread);
      if (found === undefined) {
        this.#folders.delete(each);
        continue;
      }
      if (found.isDirectory()) this.#meetFolder(each, found);
      if (this.rule.counts(each)) {
        seen.add(each);
        const change = this.#compare(each, found);
        if (change !== undefined) changes.push(change);
      }
      if (found.isDirectory()) waiting.push(...this.#namesIn(each, unread).reverse());
    }
    // What cannot be read for a moment is not gone.
    const gone = [...this.#known].filter(
      ([each]) =>
        isAtOrBelow(each, path) && !seen.has(each) && !unread.some((place) => isAtOrBelow(each, place)),
    );
    for (const [each] of gone) this.#known.delete(each);
    this.#hasLooked = true;
    const absent = gone.map(([each, { kind }]) => ({ path: each, kind: 'absent', was: kind }) as const);
    // What is in a folder goes before it.
    absent.sort((left, right) => (left.path < right.path ? 1 : -1));
    return [...absent, ...changes];
  }

  #find(path: string, unread: string[]): BigIntStats | undefined {
    if (path !== '' && this.rule.skips(path)) return undefined;
    try {
      const found = lstatSync(this.#place(path), { bigint: true });
      return kindOf(found) === undefined ? undefined : found;
    } catch (error) {
      if (!isGone(error)) this.#cannotRead(path, error, unread);
      return undefined;
    }
  }

  #cannotRead(path: string, error: unknown, unread: string[]): void {
    unread.push(path);
    this.#onUnreadable(this.#place(path), messageOf(error));
  }

  #meetFolder(path: string, { ino, birthtimeNs }: BigIntStats): void {
    // File systems give a number again at once.
    const identity = `${ino} ${birthtimeNs}`;
    if (this.#hasLooked && this.#folders.get(path) !== identity) this.#onNewFolder(this.#place(path));
    this.#folders.set(path, identity);
  }

  #namesIn(path: string, unread: string[]): string[] {
    try {
      return readdirSync(this.#place(path))
        .sort()
        .map((name) => (path === '' ? name : `${path}/${name}`));
    } catch (error) {
      if (!isGone(error)) this.#cannotRead(path, error, unread);
      return [];
    }
  }

  #compare(path: string, found: BigIntStats): FileChange | undefined {
    const kind = kindOf(found) ?? 'file';
    const before = this.#known.get(path);
    const signature = signatureOf(kind, found);
    if (before?.signature === signature) return undefined;
    // Nobody has to read what is new to have it told.
    const content = before === undefined ? undefined : this.#contentOf(path, kind, found);
    this.#known.set(path, { kind, signature, ...(content === undefined ? {} : { content }) });
    if (content !== undefined && content === before?.content) return undefined;
    if (kind === 'folder' && before?.kind === 'folder' && before.content === undefined) return undefined;
    return { path, kind, ...(before === undefined ? {} : { was: before.kind }) };
  }

  #contentOf(path: string, kind: FileKind, { size, mode }: BigIntStats): string | undefined {
    if (kind === 'folder') return `folder ${mode}`;
    if (size > largestRead) return undefined;
    try {
      const place = this.#place(path);
      const content = kind === 'link' ? readlinkSync(place) : readFileSync(place);
      return `${kind} ${mode} ${createHash('sha256').update(content).digest('base64')}`;
    } catch {
      // It has changed once more; whoever did that is heard of, too.
      return undefined;
    }
  }

  #place(path: string): string {
    return path === '' ? this.rule.path : join(this.rule.path, path);
  }
}

/** A folder's own times change with what is put into it, which is seen there. */
function signatureOf(kind: FileKind, { ino, mode, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return kind === 'folder' ? `folder ${ino} ${mode}` : `${kind} ${ino} ${mode} ${size} ${mtimeNs} ${ctimeNs}`;
}

/** Undefined for what cannot be copied: sockets, pipes, devices. */
function kindOf(found: BigIntStats): FileKind | undefined {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  return found.isSymbolicLink() ? 'link' : undefined;
}

function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function isAtOrBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
