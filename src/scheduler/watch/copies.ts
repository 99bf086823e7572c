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
  /** What it was before it went. */
  readonly was?: FileKind;
  /** The version with which it became something of another kind; who has an older one has that in its place. */
  readonly replacedAt?: number;
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
  readonly #onTrouble: (error: FlotillaError) => void;
  #cannotDelete = false;

  constructor(
    driver: Driver,
    container: Container,
    isRunning: boolean,
    onTrouble: (error: FlotillaError) => void,
  ) {
    this.#driver = driver;
    this.#onTrouble = onTrouble;
    this.container = container;
    this.isRunning = isRunning;
  }

  lacks(files: Iterable<SyncedFile>): readonly SyncedFile[] {
    return [...files].filter(({ target, version }) => this.#has.get(target) !== version);
  }

  /** Whether something has to go first, which only a container that runs can do. */
  mustDelete({ target, kind, replacedAt }: SyncedFile): boolean {
    return kind === 'absent' || (replacedAt !== undefined && (this.#has.get(target) ?? 0) < replacedAt);
  }

  /**
   * Brings the container to what the files are now. What cannot be deleted before it runs is left for then. Rejects with
   * what went wrong first, when all else has been done.
   */
  async bring(files: readonly SyncedFile[], signal: AbortSignal): Promise<void> {
    // It may start or end meanwhile.
    const { isRunning } = this;
    const leaving = files.filter((file) => this.mustDelete(file));
    const failures: unknown[] = [];
    const left = new Set(isRunning ? await this.#delete(leaving, signal, failures) : leaving);
    const coming = files.filter((file) => !left.has(file));
    this.#haveAll(coming.filter(({ kind }) => kind === 'absent'));
    await this.#put(
      coming.filter(({ kind }) => kind !== 'absent'),
      signal,
      failures,
    );
    if (failures.length > 0) throw failures[0];
  }

  /** One file that cannot be put holds no other one up. */
  async #put(files: readonly SyncedFile[], signal: AbortSignal, failures: unknown[]): Promise<void> {
    if (files.length === 0) return;
    try {
      const packed = [
        ...(await this.#missingFolders(files, signal)),
        ...files.filter(({ kind }) => kind !== 'folder'),
      ];
      if (packed.length > 0) {
        const archive = packEach(
          packed.map(({ source, target }) => ({ path: source, name: target.slice(1) })),
        );
        await this.#driver.putArchive(this.container.id, '/', archive, { ownedByUser: true }, signal);
      }
      this.#haveAll(files);
    } catch (error) {
      for (const file of files) this.#folders.delete(file.target);
      if (files.length === 1 || signal.aborted || !(await this.#isThere(signal))) failures.push(error);
      else for (const file of files) await this.#put([file], signal, failures);
    }
  }

  #haveAll(files: Iterable<SyncedFile>): void {
    for (const { target, version } of files) this.#has.set(target, version);
  }

  async #isThere(signal: AbortSignal): Promise<boolean> {
    const found = await this.#driver.inspectContainer(this.container.id, signal).catch(() => undefined);
    return found !== undefined;
  }

  /** Files, and folders that are empty then: what else is in them is not ours. Resolves to those that are still there. */
  async #delete(
    files: readonly SyncedFile[],
    signal: AbortSignal,
    failures: unknown[],
  ): Promise<readonly SyncedFile[]> {
    // What is in a folder goes before it.
    const inTurn = [...files].sort((left, right) => (left.target < right.target ? 1 : -1));
    const left: SyncedFile[] = [];
    for (let at = 0; at < inTurn.length; at += atOnce) {
      const some = inTurn.slice(at, at + atOnce);
      for (const { target } of some) this.#folders.delete(target);
      try {
        const targets = some.map(({ target }) => target);
        if (!this.#cannotDelete) this.#cannotDelete = !(await this.#deleteSome(targets, signal));
      } catch (error) {
        failures.push(error);
        left.push(...some);
      }
    }
    return left;
  }

  /** False when the container has no program for it: then the files stay. */
  async #deleteSome(targets: readonly string[], signal: AbortSignal): Promise<boolean> {
    const { exitCode, said } = await this.#run(['rm', '-f', '--', ...targets], signal);
    if (exitCode === 0) return true;
    const what = `cannot delete files in container ${quote(this.container.name)}: `;
    if (exitCode >= 126 && isMissing(said)) {
      this.#onTrouble(
        new FlotillaError('run.copy', `${what}its image has no \`rm\``, {
          hint: 'What is deleted here stays there until the container is made anew.',
        }),
      );
      return false;
    }
    const refusal = said.split('\n').find((line) => line.trim() !== '' && !/is a directory/i.test(line));
    if (refusal !== undefined) throw new FlotillaError('run.copy', `${what}${refusal}`);
    await this.#run(['rmdir', '--', ...targets], signal);
    return true;
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
      if (!(error instanceof FlotillaError && isMissing(error.message))) throw error;
      return { exitCode: 127, said: error.message };
    }
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
        if (found?.kind === 'folder' || found?.kind === 'link') this.#folders.add(folder.target);
        else missing.set(folder.target, { ...folder, kind: 'folder' });
      }
    }
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
