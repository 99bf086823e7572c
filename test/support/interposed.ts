import { createSession, type Driver, type Session } from '../../src/index.ts';
import { engineProxy } from './engine-proxy.ts';
import { openSession } from './in-process.ts';
import { type Change, changeOf, changeOfCall, type Names, type WriteVerb } from './plan-honesty/changes.ts';

/** A session of the library, and something between it and its engine. */
export interface Interposed extends AsyncDisposable {
  readonly session: Session;
  /** What has changed something so far, in the order in which the engine was asked. */
  writes(): readonly Write[];
  /** Holds up the write with this number, from 0, before the engine has it, until `act` has ended; resolves then. */
  holdWrite(number: number, act: () => Promise<void>): Promise<void>;
}

/** Undefined for the second half of what another write has begun. */
export type Write = (names: Names) => Change | undefined;

/** Between the session and a Docker Engine, on the wire. */
export async function interposedProxy(host: string): Promise<Interposed> {
  const proxy = await engineProxy(host);
  const session = await openSession(proxy.host);
  return {
    session,
    writes: () => proxy.recorded().map((write) => (names) => changeOf(write, names)),
    holdWrite: (number, act) => proxy.holdWrite(number, 'before', act),
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** Where there is no wire: between the session and its driver, which others use as well. */
export function interposedDriver(driver: Driver): Interposed {
  const written: Write[] = [];
  const holds = new Map<number, () => Promise<void>>();
  const watched = Object.entries(changeOfCall).map(([verb, change]) => {
    const own = driver[verb as WriteVerb] as (...args: unknown[]) => Promise<unknown>;
    const call = async (...args: unknown[]) => {
      const number = written.push((names) => change(args as never, names)) - 1;
      await holds.get(number)?.();
      return own(...args);
    };
    return [verb, call] as const;
  });
  return {
    session: createSession({ driver: { ...driver, ...Object.fromEntries(watched) } }),
    writes: () => written,
    holdWrite: (number, act) =>
      new Promise((resolve, reject) => {
        holds.set(number, () => act().then(resolve, reject));
      }),
    async [Symbol.asyncDispose]() {},
  };
}
