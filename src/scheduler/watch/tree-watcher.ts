import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type FSWatcher, watch as watchFolders } from 'chokidar';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/error.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import { isBelow, type WatchedRule } from './rules.ts';
import { type FileChange, Tree } from './tree.ts';

export interface RuleChanges {
  readonly rule: WatchedRule;
  readonly changes: readonly FileChange[];
}

export interface TreeWatcherOptions {
  readonly rules: readonly WatchedRule[];
  /** A folder that stays: what is below it is watched from there, whatever comes and goes in between. */
  readonly base: string;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Hears of what has changed, rule by rule; what comes meanwhile waits for it. */
  readonly onChanges: (changed: readonly RuleChanges[]) => void;
  /** Hears of what cannot be watched, and goes on without. */
  readonly onTrouble: (message: string) => void;
}

/** Who saves several files, or one in several steps, is done after as many milliseconds. */
const quietMs = 15;
/** Who does not come to an end does not hold up what is done. */
const longestBurstMs = 100;
/** So long after the last change everything is looked at again: what happened in a folder while it was new is not told. */
const afterwardsMs = 1000;
/** Who does not stop saving does not put that off for longer. */
const longestPutOffMs = 5000;
/** Looking at everything takes no more than one part of so many of the time. */
const share = 20;

/**
 * Watches the files of rules. What the kernel tells is taken for a hint where to look, and no more: a change is what
 * differs from the last time.
 *
 * waiting --hint--> gathering --quiet--> looking --> told --> waiting --a second without a hint--> looking at everything
 */
export class TreeWatcher {
  readonly #options: TreeWatcherOptions;
  readonly #trees: readonly Tree[];
  readonly #hints = new Set<string>();
  readonly #troubles = new Set<string>();
  #watcher: FSWatcher | undefined;
  #isWatchingAnew = false;
  /** Not everything is told: it has to be looked at again and again. */
  #isBlind = false;
  #wake: () => void = () => {};
  #working: Promise<void> = Promise.resolve();

  /** Resolves once nothing is missed any more. */
  static async open(options: TreeWatcherOptions): Promise<TreeWatcher> {
    const opened = new TreeWatcher(options);
    try {
      await opened.#watch();
      for (const tree of opened.#trees) await tree.look();
      opened.#watchAll();
    } catch (error) {
      await opened.#watcher?.close();
      throw error;
    }
    opened.#working = opened.#work();
    // Who awaits it is told.
    opened.#working.catch(() => {});
    return opened;
  }

  private constructor(options: TreeWatcherOptions) {
    this.#options = options;
    this.#trees = options.rules.map(
      (rule) =>
        new Tree(rule, {
          onUnreadable: (path, reason) => this.#trouble(`cannot watch ${path}: ${reason}`),
          onNewFolder: (path) => this.#watchAnew(path),
        }),
    );
  }

  /** All files of a rule, as changes. */
  everything(rule: WatchedRule): readonly FileChange[] {
    return this.#trees.find((tree) => tree.rule === rule)?.everything() ?? [];
  }

  /** Resolves when the signal has aborted; rejects when it cannot go on. */
  async untilEnded(): Promise<void> {
    try {
      await this.#working;
    } catch (error) {
      if (!this.#options.signal.aborted) throw error;
    }
  }

  /** To be called when the signal has aborted; resolves when nothing is watched any more. */
  async close(): Promise<void> {
    this.#wake();
    await this.#watcher?.close();
    await this.#working.catch(() => {});
  }

  async #watch(): Promise<void> {
    const { rules, base, signal } = this.#options;
    const tops = rules.map(({ path }) => (isBelow(path, base) ? base : nearestFolder(dirname(path))));
    const isOnTheWay = (path: string): boolean =>
      rules.some(
        (rule) => isBelow(rule.path, path) || (isBelow(path, rule.path) && !rule.skips(below(rule, path))),
      );
    const watcher = watchFolders([...new Set(tops)], {
      // Only folders: they tell of the files in them, at half the price.
      ignored: (path, stats) => (stats !== undefined && !stats.isDirectory()) || !isOnTheWay(path),
      followSymlinks: false,
      ignoreInitial: true,
      ignorePermissionErrors: true,
      atomic: false,
    });
    this.#watcher = watcher;
    watcher.on('raw', (_, name, details) => {
      const { watchedPath } = details as { readonly watchedPath?: string };
      if (watchedPath !== undefined) this.#hint(join(watchedPath, name ?? ''));
    });
    watcher.on('addDir', (path) => this.#hint(path));
    watcher.on('unlinkDir', (path) => this.#hint(path));
    // By polling it says where something is only now and then.
    this.#isBlind = watcher.options.usePolling;
    watcher.on('error', (error) => {
      this.#isBlind = true;
      this.#wake();
      this.#trouble(wordsFor(error));
    });
    await new Promise<void>((resolve) => {
      watcher.once('ready', () => resolve());
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** The kernel watches what a folder was, not what its name is. */
  #watchAnew(path: string): void {
    if (this.#options.signal.aborted) return;
    this.#isWatchingAnew = true;
    this.#watcher?.unwatch(path);
    this.#watcher?.add(path);
  }

  /** A folder that was made while others were looked at may have been overlooked. */
  #watchAll(): void {
    const watched = new Set(Object.keys(this.#watcher?.getWatched() ?? {}));
    for (const path of this.#trees.flatMap((tree) => tree.folders())) {
      if (!watched.has(path)) this.#watcher?.add(path);
    }
  }

  #trouble(message: string): void {
    if (this.#troubles.has(message)) return;
    this.#troubles.add(message);
    this.#options.onTrouble(message);
  }

  #hint(path: string): void {
    this.#hints.add(path);
    this.#wake();
  }

  async #work(): Promise<void> {
    const { signal, clock, onChanges } = this.#options;
    const touched = new Set<Tree>();
    /** When to look at everything that was touched; and when at the latest. */
    let due = Number.POSITIVE_INFINITY;
    let latest = Number.POSITIVE_INFINITY;
    let notBefore = 0;
    while (!signal.aborted) {
      if (this.#isBlind && touched.size === 0) {
        for (const tree of this.#trees) touched.add(tree);
        due = latest = Math.max(clock.now() + afterwardsMs, notBefore);
      }
      if (await this.#hinted(due - clock.now())) {
        await this.#gather();
        const hints = [...this.#hints];
        this.#hints.clear();
        const trees = this.#trees.filter((tree) => placesIn(tree.rule, hints).length > 0);
        if (trees.length === 0 && clock.now() < due) continue;
        if (trees.length > 0) {
          if (touched.size === 0) latest = Math.max(clock.now() + longestPutOffMs, notBefore);
          due = Math.min(Math.max(clock.now() + afterwardsMs, notBefore), latest);
          for (const tree of trees) touched.add(tree);
          tell(await lookAt(trees, (tree) => placesIn(tree.rule, hints), signal), onChanges);
        }
      }
      if (clock.now() < due || signal.aborted) continue;
      const began = clock.now();
      this.#isWatchingAnew = false;
      tell(await lookAt([...touched], () => [''], signal), onChanges);
      const ended = clock.now();
      notBefore = ended + (ended - began) * share;
      if (this.#isWatchingAnew) {
        // What happened before a folder was watched anew is not told, either.
        due = latest = Math.max(ended + afterwardsMs, notBefore);
      } else {
        touched.clear();
        due = latest = Number.POSITIVE_INFINITY;
      }
    }
  }

  /** Whether there is a hint within the time, which may be without an end. */
  async #hinted(waitMs: number): Promise<boolean> {
    const { clock, signal } = this.#options;
    if (this.#hints.size > 0 || signal.aborted || waitMs <= 0) return this.#hints.size > 0;
    const over = linkedAbort(signal);
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
      over.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const timer = Number.isFinite(waitMs) ? [clock.sleep(waitMs, over.signal).catch(() => {})] : [];
    await Promise.race([woken, ...timer]);
    over.abort(new DOMException('waited', 'AbortError'));
    return this.#hints.size > 0;
  }

  async #gather(): Promise<void> {
    const { clock, signal } = this.#options;
    const end = clock.now() + longestBurstMs;
    for (let count = -1; count !== this.#hints.size && clock.now() < end; ) {
      count = this.#hints.size;
      await clock.sleep(quietMs, signal);
    }
  }
}

function tell(changed: readonly RuleChanges[], onChanges: TreeWatcherOptions['onChanges']): void {
  const told = changed.filter(({ changes }) => changes.length > 0);
  if (told.length > 0) onChanges(told);
}

async function lookAt(
  trees: readonly Tree[],
  placesOf: (tree: Tree) => readonly string[],
  signal: AbortSignal,
): Promise<readonly RuleChanges[]> {
  const changed: RuleChanges[] = [];
  for (const tree of trees) {
    if (signal.aborted) break;
    const changes: FileChange[] = [];
    for (const place of placesOf(tree)) changes.push(...(await tree.look(place)));
    changed.push({ rule: tree.rule, changes });
  }
  return changed;
}

/** The places below a rule's path that hints speak of; of a folder and what is in it, only the folder. */
function placesIn(rule: WatchedRule, hints: readonly string[]): readonly string[] {
  const places = new Set<string>();
  for (const hint of hints) {
    if (isBelow(hint, rule.path)) {
      const place = below(rule, hint);
      if (place === '' || !isSkipped(rule, place)) places.add(place);
    } else if (isBelow(rule.path, hint)) places.add('');
  }
  return [...places].filter((place) => !hasAbove(place, places)).sort();
}

function isSkipped(rule: WatchedRule, place: string): boolean {
  const names = place.split('/');
  return names.some((_, index) => rule.skips(names.slice(0, index + 1).join('/')));
}

function hasAbove(place: string, places: ReadonlySet<string>): boolean {
  if (place === '') return false;
  const names = place.split('/');
  return names.some((_, index) => places.has(names.slice(0, index).join('/')));
}

function below(rule: WatchedRule, path: string): string {
  return relative(rule.path, path).split(sep).join('/');
}

/** Of a path that is not there yet, what is there above it. */
function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

function wordsFor(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC'
    ? 'cannot watch all folders: the system allows no more watches (hint: raise fs.inotify.max_user_watches, or have folders ignored)'
    : `cannot watch all folders: ${messageOf(error)}`;
}
