import { basename, dirname, posix } from 'node:path';
import { FlotillaError } from '../../core/error.ts';
import type { ContainerId } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import { type Driver, packEach } from '../../runtime/index.ts';
import type { FileKind } from './tree.ts';

/** How many names a command gets. */
const atOnce = 500;

/** A file that has changed since the watch began, by where it is in containers. */
export interface SyncedFile {
  /** Absolute, in the container. */
  readonly target: string;
  /** Absolute, on this machine. */
  readonly source: string;
  readonly kind: FileKind | 'absent';
  /** There may be something of another kind in its place. */
  readonly replaced: boolean;
  /** Grows with every change. */
  readonly version: number;
}

export interface Container {
  readonly id: ContainerId;
  readonly name: string;
}

/** What a container has of the files that have changed. */
export class Copies {
  readonly container: Container;
  /** Commands can be run in it, as deleting takes. */
  isRunning: boolean;
  readonly #driver: Driver;
  readonly #has = new Map<string, number>();
  readonly #folders = new Set<string>(['/']);

  constructor(driver: Driver, container: Container, isRunning: boolean) {
    this.#driver = driver;
    this.container = container;
    this.isRunning = isRunning;
  }

  /** It was made before the watch began, or from what is there now. */
  haveAll(files: Iterable<SyncedFile>): void {
    for (const { target, version } of files) this.#has.set(target, version);
  }

  lacks(files: Iterable<SyncedFile>): readonly SyncedFile[] {
    return [...files].filter(({ target, version }) => this.#has.get(target) !== version);
  }

  /** Brings the container to what the files are now. What cannot be deleted before it runs is left for then. */
  async bring(files: readonly SyncedFile[], signal: AbortSignal): Promise<void> {
    // It may start or end meanwhile.
    const { isRunning } = this;
    const isLeft = ({ kind, replaced }: SyncedFile) => !isRunning && (kind === 'absent' || replaced);
    const leaving = files.filter(({ kind, replaced }) => kind === 'absent' || replaced);
    if (leaving.length > 0 && isRunning) await this.#delete(leaving, signal);
    const coming = files.filter((file) => file.kind !== 'absent' && !isLeft(file));
    const packed = [
      ...(await this.#missingFolders(coming, signal)),
      ...coming.filter(({ kind }) => kind !== 'folder'),
    ];
    if (packed.length > 0) {
      const archive = packEach(packed.map(({ source, target }) => ({ path: source, name: target.slice(1) })));
      await this.#driver.putArchive(this.container.id, '/', archive, { ownedByUser: true }, signal);
    }
    this.haveAll(files.filter((file) => !isLeft(file)));
  }

  /** Files, and folders that are empty then: what else is in them is not ours. */
  async #delete(files: readonly SyncedFile[], signal: AbortSignal): Promise<void> {
    // What is in a folder goes before it.
    const targets = files.map(({ target }) => target).sort((left, right) => (left < right ? 1 : -1));
    for (const target of targets) this.#folders.delete(target);
    for (let at = 0; at < targets.length; at += atOnce) {
      const some = targets.slice(at, at + atOnce);
      const { exitCode, said } = await this.#run(['rm', '-f', '--', ...some], signal);
      if (exitCode >= 126) throw this.#undeletable(said.trim());
      // It leaves folders.
      if (exitCode !== 0) await this.#run(['rmdir', '--', ...some], signal);
    }
  }

  async #run(command: readonly string[], signal: AbortSignal) {
    try {
      const session = await this.#driver.exec(
        this.container.id,
        { command, user: '0', environment: [], privileged: false, tty: false, stdin: false, detach: false },
        signal,
      );
      let said = '';
      for await (const { data } of session.output) said += Buffer.from(data).toString();
      return { exitCode: await session.exitCode(), said };
    } catch (error) {
      if (error instanceof FlotillaError && isMissing(error.message)) {
        throw this.#undeletable(error.message);
      }
      throw error;
    }
  }

  #undeletable(reason: string): FlotillaError {
    return new FlotillaError(
      'run.copy',
      `cannot delete files in container ${quote(this.container.name)}: ${reason}`,
      {
        ...(isMissing(reason)
          ? { hint: 'Its image has no `rm`. The files stay until the container is made anew.' }
          : {}),
      },
    );
  }

  /** Folders that the files need, or that are wanted for themselves, and are not there; the outer ones first. */
  async #missingFolders(files: readonly SyncedFile[], signal: AbortSignal): Promise<readonly SyncedFile[]> {
    const missing = new Map<string, SyncedFile>();
    for (const file of files) {
      const own =
        file.kind === 'folder'
          ? file
          : { ...file, target: posix.dirname(file.target), source: dirname(file.source) };
      for (const folder of withAbove(own)) {
        if (this.#folders.has(folder.target) || missing.has(folder.target)) continue;
        const found = await this.#driver.statPath(this.container.id, folder.target, signal);
        if (found === undefined) missing.set(folder.target, { ...folder, kind: 'folder' });
        else this.#folders.add(folder.target);
      }
    }
    for (const target of missing.keys()) this.#folders.add(target);
    return [...missing.values()].sort((left, right) => (left.target < right.target ? -1 : 1));
  }
}

/** The engines' words for a program that is not there. */
function isMissing(message: string): boolean {
  return /executable file.* not found|no such file/i.test(message);
}

/** A folder and those above it in the container, each with one of this machine that is like it. */
function withAbove(folder: SyncedFile): readonly SyncedFile[] {
  const above: SyncedFile[] = [];
  let { target, source } = folder;
  while (target !== '/') {
    above.unshift({ ...folder, target, source });
    // Where this machine has other folders above, the nearest one is the example.
    const isAlike = posix.basename(target) === basename(source);
    target = posix.dirname(target);
    if (isAlike) source = dirname(source);
  }
  return above;
}
