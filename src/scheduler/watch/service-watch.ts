import { join, posix } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { FlotillaError, messageOf } from '../../core/error.ts';
import type { ContainerId, ServiceName } from '../../core/ids.ts';
import type { Driver } from '../../runtime/index.ts';
import { hookCommand } from '../plan/index.ts';
import { type Container, Copies, type SyncedFile } from './copies.ts';
import type { WatchNews } from './news.ts';
import { Pace } from './pace.ts';
import type { WatchedRule } from './rules.ts';
import type { FileChange } from './tree.ts';
import type { RuleChanges } from './tree-watcher.ts';

export interface ServiceWatchOptions {
  readonly service: ServiceName;
  readonly driver: Driver;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onNews: (news: WatchNews) => void;
  /** Builds its image and makes its containers anew; rejects when it could not. */
  readonly rebuild: (service: ServiceName) => Promise<void>;
  readonly restart: (service: ServiceName) => Promise<void>;
}

/** What is to be done for changes that have come. */
interface Todo {
  /** Absolute paths of the files that have changed. */
  readonly files: Set<string>;
  changes: number;
  rebuild: boolean;
  restart: boolean;
  readonly commands: Set<WatchedRule>;
}

/** A container that cannot be brought up to date is tried again after so long, so often. */
const retryMs = 500;
const tries = 5;
/** What fails once has met a container on its way out, or about to start. */
const tellAt = 2;

/**
 * Has the containers of one service follow its rules. Files that have changed since the watch began are a list of what
 * each container must have; who comes without it, because somebody made it anew, gets all of it.
 *
 * idle --changes--> (pausing, in a loop) --> rebuilding, or syncing --> running commands --> restarting --> idle
 *   ^                                                 |
 *   +--------------- a container that is new ---------+ (only what it lacks)
 */
export class ServiceWatch {
  readonly #options: ServiceWatchOptions;
  readonly #files = new Map<string, SyncedFile>();
  readonly #copies = new Map<ContainerId, Copies>();
  readonly #pace = new Pace();
  /** What stands in the way of bringing containers up to date, and how often in a row it has. */
  #failures: ReadonlyMap<string, number> = new Map();
  #version = 0;
  #todo = emptyTodo();
  #wake: () => void = () => {};

  constructor(options: ServiceWatchOptions) {
    this.#options = options;
  }

  /** Takes changes in; what is to be done for them is done by `run`. */
  hear({ rule, changes }: RuleChanges): void {
    // An empty folder is nothing to build or start anew for.
    const counting = rule.target === undefined ? changes.filter(({ kind }) => kind !== 'folder') : changes;
    if (counting.length === 0) return;
    const todo = this.#todo;
    for (const { path } of counting) todo.files.add(join(rule.path, path));
    todo.changes += counting.length;
    this.add(rule, counting);
    if (rule.action === 'rebuild') todo.rebuild = true;
    if (rule.action === 'restart' || rule.action === 'sync+restart') todo.restart = true;
    if (rule.action === 'sync+exec') todo.commands.add(rule);
    this.#wake();
  }

  /** Only makes them part of what every container must have. */
  add({ target, path: source }: WatchedRule, changes: readonly FileChange[]): void {
    if (target === undefined) return;
    for (const { path, kind, replaced } of changes) {
      // The place itself is the image's, or a mount.
      if (path === '' && kind === 'absent' && this.#hasBelow(target)) continue;
      const place = posix.join('/', target, path);
      this.#version += 1;
      const before = this.#files.get(place);
      this.#files.set(place, {
        target: place,
        source: path === '' ? source : join(source, path),
        kind,
        replaced: replaced || before?.replaced === true,
        version: this.#version,
      });
    }
  }

  #hasBelow(target: string): boolean {
    const folder = posix.join('/', target, '/');
    return [...this.#files.keys()].some((place) => place.startsWith(folder));
  }

  /** Takes a container in. One that was there before has what the files were when the watch began. */
  meet(container: Container, is: { readonly running: boolean; readonly upToDate: boolean }): void {
    const known = this.#copies.get(container.id);
    if (known !== undefined) {
      known.isRunning = is.running;
    } else {
      const copies = new Copies(this.#options.driver, container, is.running);
      if (is.upToDate) copies.haveAll(this.#files.values());
      this.#copies.set(container.id, copies);
    }
    this.#wake();
  }

  /** Has it brought up to date before it starts; what does not work then is tried again when it runs. */
  async prepare(container: Container): Promise<void> {
    this.meet(container, { running: false, upToDate: false });
    const copies = this.#copies.get(container.id);
    if (copies === undefined) return;
    await this.#bring(copies).catch(() => {});
  }

  ended(id: ContainerId): void {
    const copies = this.#copies.get(id);
    if (copies !== undefined) copies.isRunning = false;
  }

  forget(id: ContainerId): void {
    this.#copies.delete(id);
  }

  /** Brings those up to date that are there. */
  async begin(): Promise<void> {
    await this.#bringAll();
  }

  /** Ends when the signal aborts. */
  async run(): Promise<void> {
    const { clock, signal } = this.#options;
    for (let failures = 0; !signal.aborted; ) {
      if (!this.#hasWork()) await this.#woken();
      else if (failures >= tries) {
        await this.#woken();
        failures = 0;
      } else if (failures > 0) await clock.sleep(retryMs, signal).catch(() => {});
      if (signal.aborted) return;
      failures = (await this.#step()) ? 0 : failures + 1;
    }
  }

  #hasWork(): boolean {
    return this.#todo.files.size > 0 || this.#behind().length > 0;
  }

  /** Containers that lack something that they can be given now. */
  #behind(): readonly Copies[] {
    return [...this.#copies.values()].filter((copies) =>
      copies
        .lacks(this.#files.values())
        .some(({ kind, replaced }) => copies.isRunning || (kind !== 'absent' && !replaced)),
    );
  }

  /** False when it has to be tried again. */
  async #step(): Promise<boolean> {
    await this.#pause();
    const todo = this.#todo;
    this.#todo = emptyTodo();
    if (todo.rebuild) return this.#rebuild();
    if (todo.files.size === 0) return this.#bringAll();
    return this.#sync(todo);
  }

  async #rebuild(): Promise<boolean> {
    const { service, clock, onNews, rebuild } = this.#options;
    onNews({ kind: 'rebuilding', service });
    try {
      await rebuild(service);
      onNews({ kind: 'rebuilt', service });
    } catch (error) {
      // The next change is the next attempt.
      this.#trouble(error);
    }
    this.#pace.ended(clock.now());
    return true;
  }

  async #sync(todo: Todo): Promise<boolean> {
    const { service, clock, onNews, restart } = this.#options;
    const isSync = this.#behind().length > 0;
    if (isSync) onNews({ kind: 'syncing', service, changes: todo.changes });
    if (!(await this.#bringAll())) {
      this.#keep(todo);
      return false;
    }
    if (isSync) onNews({ kind: 'synced', service });
    for (const { exec } of todo.commands) if (exec !== undefined) await this.#execute(exec);
    if (todo.restart) {
      try {
        await restart(service);
        onNews({ kind: 'restarted', service });
      } catch (error) {
        this.#trouble(error);
      }
    }
    if (todo.restart || todo.commands.size > 0) this.#pace.ended(clock.now());
    return true;
  }

  /** It is still to be done, with what has come meanwhile. */
  #keep({ files, changes, rebuild, restart, commands }: Todo): void {
    const todo = this.#todo;
    for (const file of files) todo.files.add(file);
    for (const rule of commands) todo.commands.add(rule);
    todo.changes += changes;
    todo.rebuild ||= rebuild;
    todo.restart ||= restart;
  }

  async #bringAll(): Promise<boolean> {
    const results = await Promise.allSettled(this.#behind().map((copies) => this.#bring(copies)));
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    const before = this.#failures;
    this.#failures = new Map(
      failed.map(messageOf).map((message) => [message, (before.get(message) ?? 0) + 1]),
    );
    for (const reason of failed) if (this.#failures.get(messageOf(reason)) === tellAt) this.#trouble(reason);
    return failed.length === 0;
  }

  async #bring(copies: Copies): Promise<void> {
    const { signal } = this.#options;
    try {
      await copies.bring(copies.lacks(this.#files.values()), signal);
    } catch (error) {
      if (signal.aborted || !this.#copies.has(copies.container.id)) return;
      if (error instanceof FlotillaError && error.code === 'run.container-missing') return;
      throw error;
    }
  }

  async #execute(exec: NonNullable<WatchedRule['exec']>): Promise<void> {
    const { driver, service, signal, onNews } = this.#options;
    const spec = { ...hookCommand(exec), tty: false, stdin: false, detach: false };
    const running = [...this.#copies.values()].filter(({ isRunning }) => isRunning);
    for (const { container } of running) {
      try {
        const session = await driver.exec(container.id, spec, signal);
        for await (const chunk of session.output) onNews({ kind: 'output', service, chunk });
        const exitCode = await session.exitCode();
        if (exitCode !== 0) {
          this.#trouble(
            new Error(`${spec.command.join(' ')} in ${container.name} exited with code ${exitCode}`),
          );
        }
      } catch (error) {
        this.#trouble(error);
      }
    }
  }

  async #pause(): Promise<void> {
    const { service, clock, signal, onNews } = this.#options;
    const { files, rebuild, restart, commands } = this.#todo;
    if (!(rebuild || restart || commands.size > 0)) return;
    const pauseMs = this.#pace.pauseBefore(files, clock.now());
    if (pauseMs === 0) return;
    const [file = ''] = files;
    onNews({
      kind: 'trouble',
      message: `${file} changes whenever service "${service}" has been restarted or rebuilt: the next time in ${pauseMs / 1000} s`,
      hint: 'When it is the service itself that writes it, have the rule ignore it.',
    });
    await clock.sleep(pauseMs, signal).catch(() => {});
  }

  #trouble(error: unknown): void {
    if (this.#options.signal.aborted) return;
    const hint = error instanceof FlotillaError ? error.hint : undefined;
    this.#options.onNews({
      kind: 'trouble',
      message: messageOf(error),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** Resolves when there is news, and when it ends. */
  async #woken(): Promise<void> {
    const { signal } = this.#options;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        resolve();
      };
      this.#wake = end;
      signal.addEventListener('abort', end);
    });
  }
}

function emptyTodo(): Todo {
  return { files: new Set(), changes: 0, rebuild: false, restart: false, commands: new Set() };
}
