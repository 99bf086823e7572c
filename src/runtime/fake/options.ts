import type { Clock } from '../../core/clock.ts';
import type { Capabilities, Driver, EngineVersion } from '../driver.ts';
import type { Behaviour, FakeExec } from './behaviour.ts';
import type { ImageDescription } from './model/index.ts';

/** A verb of the driver port. */
export type Verb = Exclude<keyof Driver, 'kind' | 'capabilities' | 'endpoint' | 'close'>;

/** Which calls are meant; what is left out matches all. */
export interface CallPattern {
  readonly verb?: Verb;
  /** Name of the container, network, volume or image; a text matches as a whole, an expression anywhere. */
  readonly name?: string | RegExp;
}

export interface Failure extends CallPattern {
  readonly error: Error;
  /** How many calls fail before the rest succeeds; all unless given. */
  readonly times?: number;
  /** `after`: the engine does what was asked and only its answer is lost. Unless given, nothing is done. */
  readonly when?: 'before' | 'after';
}

export interface Delay extends CallPattern {
  readonly ms: number;
}

/** An engine on which everything succeeds at once, except for what is said here. */
export interface FakeEngineOptions {
  /** The system's unless given; `createFakeClock` makes one to turn by hand. */
  readonly clock?: Clock;
  /** Images that are present; `all`, which is the default, means every one that anybody asks for. */
  readonly images?: 'all' | readonly (string | ImageDescription)[];
  /** Images that can be pulled; all unless given. */
  readonly registry?: 'all' | readonly (string | ImageDescription)[];
  /** What containers do, by service or by image as the spec names it; the service wins. Others run until stopped. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  /** What commands in containers do; the first that matches wins. Others end with 0 and say nothing. */
  readonly execs?: readonly FakeExec[];
  readonly failures?: readonly Failure[];
  readonly delays?: readonly Delay[];
  /** Ports of the host that something outside the engine holds. */
  readonly busyPorts?: readonly number[];
  /** Text of files on the engine's host, by absolute path. */
  readonly hostFiles?: Readonly<Record<string, string>>;
  /** Paths of the host where nothing is; any other one is taken to exist. */
  readonly missingHostPaths?: readonly string[];
  /** All are there unless switched off. */
  readonly capabilities?: Partial<Capabilities>;
  readonly version?: Partial<EngineVersion>;
}
