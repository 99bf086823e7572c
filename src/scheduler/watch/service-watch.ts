import { join, posix } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { FlotillaError, messageOf } from '../../core/error.ts';
import type { ContainerId, ServiceName } from '../../core/ids.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
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
interface Due {
  /** Absolute paths of the files that have changed. */
  readonly files: Set<string>;
  changes: number;
  rebuild: boolean;
  restart: boolean;
  /** That it is under way was told. */
  isTold: boolean;
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
  /** Containers that were tried often enough, and the version of the files that they were tried with. */
  readonly #givenUp = new Map<ContainerId, number>();
  #version = 0;
  #due = nothingDue();
  #wake: () => void = () => {};

  constructor(options: ServiceWatchOptions) {
    this.#options = options;
  }

  /** Takes changes in; what is to be done for them is done by `run`. */
  hear({ rule, changes }: RuleChanges): void {
    // An empty folder is nothing to build or start anew for.
    const counting = rule.target === undefined ? changes.filter(({ kind }) => kind !== 'folder') : changes;
    if (counting.length === 0) return;
    const due = this.#due;
    for (const { path } of counting) due.files.add(join(rule.path, path));
    due.changes += counting.length;
    this.add(rule, counting);
    if (rule.action === 'rebuild') due.rebuild = true;
    if (rule.action === 'restart' || rule.action === 'sync+restart') due.restart = true;
    if (rule.action === 'sync+exec') due.commands.add(rule);
    this.#wake();
  }

  /** Only makes them part of what every container must have. */
  add({ target, path: source }: WatchedRule, changes: readonly FileChange[]): void {
    if (target === undefined) return;
    for (const { path, kind, was } of changes) {
      // The place itself is the image's, or a mount.
      if (path === '' && kind === 'absent' && this.#hasBelow(target)) continue;
      const place = posix.join('/', target, path);
      this.#version += 1;
      const before = this.#files.get(place);
      const kindBefore = was ?? (before?.kind === 'absent' ? before.was : undefined);
      const isOther = kind !== 'absent' && kindBefore !== undefined && kindBefore !== kind;
      this.#files.set(place, {
        target: place,
        source: path === '' ? source : join(source, path),
        kind,
        version: this.#version,
        ...(kind === 'absent' && was !== undefined ? { was } : {}),
        ...replacement(isOther ? this.#version : before?.replacedAt),
      });
    }
  }

  #hasBelow(target: string): boolean {
    const folder = posix.join('/', target, '/');
    return [...this.#files.keys()].some((place) => place.startsWith(folder));
  }

  /** Takes a container in, or hears that it runs or not. */
  meet(container: Container, isRunning: boolean): void {
    const known = this.#copies.get(container.id);
    if (known === undefined) {
      const { driver } = this.#options;
      const copies = new Copies(driver, container, isRunning, (error) => this.#trouble(error));
      this.#copies.set(container.id, copies);
    } else {
      known.isRunning = isRunning;
    }
    this.#givenUp.delete(container.id);
    this.#wake();
  }

  /** Has it brought up to date before it starts; what does not work then is tried again when it runs. */
  async prepare(container: Container): Promise<void> {
    this.meet(container, false);
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

  /** Ends when the signal aborts, and what has been begun is over. */
  async run(): Promise<void> {
    const { clock, signal } = this.#options;
    for (let failures = 0; !signal.aborted; ) {
      if (!this.#hasWork()) await this.#woken();
      else if (failures > 0) await clock.sleep(retryMs, signal).catch(() => {});
      if (signal.aborted) return;
      const isDone = await this.#step(failures >= tries);
      failures = isDone ? 0 : failures + 1;
    }
  }

  #hasWork(): boolean {
    return this.#due.files.size > 0 || this.#behind().length > 0;
  }

  /** Containers that lack something that they can be given now. */
  #behind(): readonly Copies[] {
    return [...this.#copies.values()].filter(
      (copies) =>
        this.#givenUp.get(copies.container.id) !== this.#version &&
        copies.lacks(this.#files.values()).some((file) => copies.isRunning || !copies.mustDelete(file)),
    );
  }

  /** False when it has to be tried again; on the last try it goes on without what does not work. */
  async #step(isLast: boolean): Promise<boolean> {
    await this.#pause();
    const due = this.#due;
    this.#due = nothingDue();
    if (due.rebuild) return this.#rebuild(due);
    if (due.files.size === 0) return this.#bringAll(isLast);
    return this.#sync(due, isLast);
  }

  async #rebuild(due: Due): Promise<boolean> {
    const { service, onNews, rebuild } = this.#options;
    onNews({ kind: 'rebuilding', service });
    try {
      await rebuild(service);
      onNews({ kind: 'rebuilt', service });
    } catch (error) {
      this.#trouble(error);
      // The next change is the next attempt. What else was asked for is done now.
      const more = due.restart || due.commands.size > 0;
      if (more) this.#keep({ ...due, rebuild: false });
      this.#endAction();
      return true;
    }
    await this.#bringAll(true);
    await this.#runCommands(due);
    this.#endAction();
    return true;
  }

  async #sync(due: Due, isLast: boolean): Promise<boolean> {
    const { service, signal, onNews, restart } = this.#options;
    const isSync = this.#behind().length > 0;
    if (isSync && !due.isTold) onNews({ kind: 'syncing', service, changes: due.changes });
    if (!(await this.#bringAll(isLast))) {
      this.#keep({ ...due, isTold: true });
      return false;
    }
    if (signal.aborted) return true;
    if (isSync) onNews({ kind: 'synced', service });
    await this.#runCommands(due);
    if (due.restart) {
      try {
        await restart(service);
        onNews({ kind: 'restarted', service });
      } catch (error) {
        this.#trouble(error);
      }
    }
    if (due.restart || due.commands.size > 0) this.#endAction();
    return true;
  }

  async #runCommands({ commands }: Due): Promise<void> {
    for (const { exec } of commands) if (exec !== undefined) await this.#execute(exec);
  }

  #endAction(): void {
    this.#pace.ended(this.#options.clock.now());
  }

  /** It is still to be done, with what has come meanwhile. */
  #keep({ files, changes, rebuild, restart, commands, isTold }: Due): void {
    const due = this.#due;
    for (const file of files) due.files.add(file);
    for (const rule of commands) due.commands.add(rule);
    due.changes += changes;
    due.rebuild ||= rebuild;
    due.restart ||= restart;
    due.isTold ||= isTold;
  }

  /** On the last try whatever does not work is left until there is another change, or the container starts anew. */
  async #bringAll(isLast = false): Promise<boolean> {
    const version = this.#version;
    const behind = this.#behind();
    const results = await Promise.allSettled(behind.map((copies) => this.#bring(copies)));
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    const before = this.#failures;
    this.#failures = new Map(
      failed.map(messageOf).map((message) => [message, (before.get(message) ?? 0) + 1]),
    );
    for (const reason of failed) if (this.#failures.get(messageOf(reason)) === tellAt) this.#trouble(reason);
    if (isLast) {
      for (const [index, { container }] of behind.entries())
        if (results[index]?.status === 'rejected') this.#givenUp.set(container.id, version);
    }
    return isLast || failed.length === 0;
  }

  async #bring(copies: Copies): Promise<void> {
    const { driver, signal } = this.#options;
    const { id } = copies.container;
    try {
      await copies.bring(copies.lacks(this.#files.values()), signal);
    } catch (error) {
      if (signal.aborted || !this.#copies.has(id)) return;
      // It may have gone before anybody told of it.
      if ((await driver.inspectContainer(id, signal).catch(() => true as const)) === undefined) {
        this.forget(id);
        return;
      }
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
    const { files, rebuild, restart, commands, isTold } = this.#due;
    if (isTold || !(rebuild || restart || commands.size > 0)) return;
    const pauseMs = this.#pace.pauseBefore(files, clock.now());
    if (pauseMs === 0) return;
    const streak = new Set(files);
    const [file = ''] = files;
    onNews({
      kind: 'trouble',
      message: `${file} changes whenever service "${service}" has been restarted or rebuilt: the next time in ${pauseMs / 1000} s`,
      hint: 'When it is the service itself that writes it, have the rule ignore it.',
    });
    const over = linkedAbort(signal);
    const pause = clock.sleep(pauseMs, over.signal).catch(() => {});
    let isOver = false;
    void pause.then(() => {
      isOver = true;
    });
    // Who saves something else is not held up by it.
    while (!isOver && [...this.#due.files].every((each) => streak.has(each))) {
      await Promise.race([pause, this.#woken()]);
    }
    over.abort(new DOMException('the pause is over', 'AbortError'));
    over.dispose();
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

function replacement(replacedAt: number | undefined): Pick<SyncedFile, 'replacedAt'> {
  return replacedAt === undefined ? {} : { replacedAt };
}

function nothingDue(): Due {
  return { files: new Set(), changes: 0, rebuild: false, restart: false, isTold: false, commands: new Set() };
}
