import type { Libc } from '../system/libc.ts';
import type { Locks } from '../system/lock.ts';
import { whenChanged } from '../system/when-changed.ts';
import { writeJson } from '../system/write-whole.ts';
import type { Firewall } from './firewall-command.ts';
import type { Links, Work } from './links.ts';
import { forgetNamespace, forgetNamespaceAside, isNamespace } from './namespace-file.ts';
import {
  type Books,
  type NetworkState,
  type Places,
  type RunningState,
  readRunning,
  readState,
} from './state.ts';

/** What a change does: first to the books, then to the kernel. */
export interface Deed<Value> {
  readonly value: Value;
  readonly state?: NetworkState;
  readonly running?: RunningState;
  /** Bridge ports that go, of the network namespaces at these paths. */
  readonly leave?: readonly { readonly path: string; readonly device: string }[];
  /** Namespaces that lose their names. */
  readonly forget?: readonly string[];
  readonly work?: readonly Work[];
  /**
   * The firewall has to be written anew: before the change counts as done, or after it. `settled`: it is not this change
   * that it is written for, and no other one may be waiting for it either.
   */
  readonly firewall?: 'now' | 'soon' | 'settled';
  /** What to do with the books when the kernel refuses. */
  readonly undo?: (books: Books) => Books;
}

/** Networks that are made within a batch of changes, so that nobody makes them twice. */
export type Built = Set<string>;

export type Task<Value> = (books: Books, built: Built) => Deed<Value> | Promise<Deed<Value>>;

export interface Ledger {
  /**
   * Changes are made one after the other, all that wait in one go: under one lock, with one file written, one visit to
   * the kernel and one firewall transaction. An abort before its turn comes leaves everything as it was.
   */
  change<Value>(task: Task<Value>, signal?: AbortSignal): Promise<Value>;
  read(): Books;
}

export interface LedgerOptions {
  readonly places: Places;
  readonly libc: Libc;
  readonly locks: Locks;
  readonly links: Links;
  readonly firewall: Firewall;
}

interface Entry {
  readonly task: Task<unknown>;
  readonly signal: AbortSignal | undefined;
  readonly settle: (value: unknown) => void;
  readonly fail: (reason: unknown) => void;
}

/** The thread has other work too: after so many visits it looks around. */
const visitsAtOnce = 8;

export function openLedger(options: LedgerOptions): Ledger {
  const { places, locks } = options;
  const waiting: Entry[] = [];
  let isBusy = false;

  const work = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    // Who asks in the same breath comes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const taken: Entry[] = [];
      try {
        await locks.hold(places.lock, () => {
          taken.push(...waiting.splice(0));
          return carryOut(options, taken, takeBack);
        });
      } catch (error) {
        for (const { fail } of [...taken, ...waiting.splice(0)]) fail(error);
      }
    }
    isBusy = false;
  };

  const change = <Value>(task: Task<Value>, signal?: AbortSignal): Promise<Value> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const end = (): void => signal?.removeEventListener('abort', onAbort);
      waiting.push({
        task,
        signal,
        settle: (value) => {
          end();
          resolve(value as Value);
        },
        fail: (reason) => {
          end();
          reject(reason);
        },
      });
      void work();
    });

  const takeBack: TakeBack = ({ fail }, { undo }, reason) => {
    if (undo === undefined) return fail(reason);
    const undoing = change((books) => ({ value: undefined, ...undo(books) }));
    undoing.then(
      () => fail(reason),
      () => fail(reason),
    );
  };

  const read = whenChanged<Books>([places.state, places.running], () => ({
    state: readState(places),
    running: readRunning(places),
  }));
  return { change, read };
}

/** Undoes a change for which the firewall could not be written, and tells its maker why. */
type TakeBack = (entry: Entry, deed: Deed<unknown>, reason: unknown) => void;

async function carryOut(
  options: LedgerOptions,
  entries: readonly Entry[],
  takeBack: TakeBack,
): Promise<void> {
  const { places } = options;
  const before: Books = { state: readState(places), running: readRunning(places) };
  let books = before;
  const built: Built = new Set();
  const done: { readonly entry: Entry; readonly deed: Deed<unknown> }[] = [];
  for (const entry of entries) {
    try {
      entry.signal?.throwIfAborted();
      const deed = await entry.task(books, built);
      books = { state: deed.state ?? books.state, running: deed.running ?? books.running };
      done.push({ entry, deed });
    } catch (error) {
      entry.fail(error);
    }
  }
  const deeds = done.map(({ deed }) => deed);
  const leftBefore = before.state.doomed ?? [];
  // Noted until they are gone: a killed process leaves the rest to the next change.
  const doomed = [...leftBefore, ...deeds.flatMap(({ forget }) => forget ?? [])];
  const marked = doomed.length === 0 ? books : { ...books, state: { ...books.state, doomed } };
  // Due before there is anything that it could be behind: a killed process leaves it to the next one to write it.
  const rules = requestRules(options, deeds);
  save(places, before, marked);
  for (const path of leftBefore) forgetNamespace(options.libc, path);
  const refusals = await changeKernel(options, deeds).catch((error: unknown) => deeds.map(() => error));
  const undone = done.reduce(
    (current, { deed }, index) =>
      refusals[index] === undefined || deed.undo === undefined ? current : deed.undo(current),
    books,
  );
  save(places, marked, doomed.length === 0 ? undone : { ...undone, state: withoutDoomed(undone.state) });
  if (undone !== books) void options.firewall.request().catch(() => undefined);
  for (const [index, { entry, deed }] of done.entries()) {
    if (refusals[index] !== undefined) entry.fail(refusals[index]);
    else if (deed.firewall === undefined || deed.firewall === 'soon') entry.settle(deed.value);
    else
      void rules.then(
        () => entry.settle(deed.value),
        (error: unknown) => takeBack(entry, deed, error),
      );
  }
}

/** Begins to write the firewall when that is wanted, once the caller waits; it goes on while devices are made. */
function requestRules({ firewall }: LedgerOptions, deeds: readonly Deed<unknown>[]): Promise<void> {
  const asksFor = (wish: Deed<unknown>['firewall']): boolean =>
    deeds.some(({ firewall: own }) => own === wish);
  const rules =
    asksFor('now') || asksFor('soon')
      ? firewall.request()
      : asksFor('settled')
        ? firewall.settle()
        : Promise.resolve();
  // Who waits for it hears of a failure; who does not leaves it due.
  rules.catch(() => undefined);
  return rules;
}

function withoutDoomed({ doomed: _, ...state }: NetworkState): NetworkState {
  return state;
}

function save(places: Places, before: Books, after: Books): void {
  if (after.state !== before.state) writeJson(places.state, after.state);
  if (after.running !== before.running) writeJson(places.running, after.running);
}

/** For each deed what the kernel refused, or undefined. */
async function changeKernel(
  { libc, links }: LedgerOptions,
  deeds: readonly Deed<unknown>[],
): Promise<readonly unknown[]> {
  const refusals: unknown[] = deeds.map(() => undefined);
  const leaving = leavingWork(deeds);
  if (leaving.length > 0) await links.run(leaving);
  await Promise.all(
    deeds.flatMap(({ forget }) => forget ?? []).map((path) => forgetNamespaceAside(libc, path)),
  );
  const busy = deeds.flatMap(({ work }, index) =>
    work === undefined || work.length === 0 ? [] : [{ work, index }],
  );
  for (let from = 0; from < busy.length; from += visitsAtOnce) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve));
    const slice = busy.slice(from, from + visitsAtOnce);
    try {
      await links.run(slice.flatMap(({ work }) => work));
    } catch (error) {
      if (slice.length === 1) {
        refusals[slice[0]?.index ?? 0] = error;
        continue;
      }
      // One of them is to blame: each for itself, from the beginning.
      for (const { work, index } of slice) {
        try {
          await links.run([...cleaning(work), ...work]);
        } catch (refusal) {
          refusals[index] = refusal;
        }
      }
    }
  }
  return refusals;
}

function leavingWork(deeds: readonly Deed<unknown>[]): readonly Work[] {
  const devices = new Map<string, string[]>();
  for (const { path, device } of deeds.flatMap(({ leave }) => leave ?? [])) {
    devices.set(path, [...(devices.get(path) ?? []), device]);
  }
  return [...devices]
    .filter(([path]) => isNamespace(path))
    .map(([path, names]) => ({
      namespace: { kind: 'named', path },
      changes: [{ kind: 'remove', devices: names }],
    }));
}

/** What a visit that failed may have left behind. */
function cleaning(work: readonly Work[]): readonly Work[] {
  return work.flatMap(({ namespace, make, changes }) => {
    const devices = changes.flatMap((change) => (change.kind === 'pair' ? [change.name] : []));
    return make === true || devices.length === 0
      ? []
      : [{ namespace, changes: [{ kind: 'remove' as const, devices }] }];
  });
}
