import { isAbortError, messageOf } from '../../core/error.ts';
import type { ContainerId, ProjectName } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import type { Driver, EngineEvent, LogOptions, ObservedContainer, OutputChunk } from '../../runtime/index.ts';
import { type ContainerNews, monitor } from './monitor.ts';

/** Where the output of followed containers goes. */
export interface OutputSink {
  /** Announces a container before its first output, so that its prefix can be padded and coloured. */
  register(name: string): void;
  /** Resolves when the reader wants more: what it waits for, the container's pipe waits for too. */
  chunk(name: string, chunk: OutputChunk): Promise<void>;
  /** The container's run has ended; what stands in an unfinished line is complete. */
  end(name: string): void;
}

export interface FollowerOptions {
  readonly driver: Driver;
  readonly project: ProjectName;
  readonly sink: OutputSink;
  /** Whether a container's output is wanted. */
  readonly isAttached: (service: string) => boolean;
  /** Whether the follower's end depends on a container. */
  readonly isWatched: (service: string) => boolean;
  readonly timestamps: boolean;
  /** Where output that is followed ends, as `LogOptions.until` wants it. */
  readonly until?: string;
  /** Leaves containers alone that somebody else makes or starts meanwhile. */
  readonly isKnownOnly?: boolean;
  /** Does not end between the end of a container and the start of the one that somebody else puts in its place. */
  readonly awaitsSuccessors?: boolean;
  readonly onNews?: (news: NamedNews) => void;
  /** Hears of the end of a run once all its output is with the sink, which may be long after the news. */
  readonly onEnd?: (news: EndNews) => void;
  /**
   * Hears of output that cannot be read again because of how the container logs (driver `none`); without it that is a
   * failure.
   */
  readonly onUnreadable?: (displayName: string) => void;
}

export type NamedNews = Exclude<ContainerNews, { readonly kind: 'successor' }> & {
  /** As log lines show it: without the project. */
  readonly displayName: string;
  readonly service: string;
};

export type EndNews = Extract<NamedNews, { readonly kind: 'exited' }>;

interface Followed {
  readonly displayName: string;
  readonly service: string;
  state: 'starting' | 'running' | 'exited';
  /** When its last run ended, as `LogOptions.since` wants it. */
  endedAt: string | undefined;
  /** Ends whose output is not all with the sink, the oldest first. */
  readonly ends: EndNews[];
  /** Its output is being read. */
  streaming: boolean;
  /** Started again while the output of an earlier run was still being read: follow from there afterwards. */
  next: LogOptions | undefined;
}

/**
 * Follows the output of a project's containers by service: attached before each start so that no byte is lost, and
 * again after each restart.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #containers = new Map<ContainerId, Followed>();
  /** Made to take the place of others, and neither started nor removed yet. */
  readonly #successors = new Set<ContainerId>();
  readonly #pumps = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #monitoring: Promise<void> = Promise.resolve();
  #failure: unknown;
  #complete = false;
  #onIdle: (() => void) | undefined;

  private constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Subscribes to the engine's events first: nothing that happens later is missed. */
  static async open(options: FollowerOptions): Promise<Follower> {
    const follower = new Follower(options);
    const events = await options.driver.events({ project: options.project }, follower.#stop.signal);
    follower.#monitoring = monitor({
      driver: options.driver,
      events,
      isWatched: (event) => follower.#isOurs(event),
      onNews: (news) => follower.#hear(news),
      signal: follower.#stop.signal,
    }).catch((error: unknown) => {
      if (!follower.#stop.signal.aborted && !isAbortError(error)) follower.#failure = error;
      follower.#settleIfIdle();
    });
    return follower;
  }

  /** To be called between a container's creation and its start. */
  async beforeStart(id: ContainerId, name: string, service: string): Promise<void> {
    const followed = this.#add(id, name, service, 'starting');
    if (!this.#options.isAttached(service) || followed.streaming) return;
    followed.streaming = true;
    try {
      this.#pump(id, followed, await this.#options.driver.attach(id, this.#stop.signal));
    } catch (error) {
      // The start may be tried again, and must attach then.
      followed.streaming = false;
      throw error;
    }
  }

  /** Takes in a container that exists already, with that much of what it has said; one that runs is followed. */
  takeIn(container: ObservedContainer, past: LogOptions): void {
    if (this.#containers.has(container.id)) return;
    const service = container.labels[labels.service] ?? container.name;
    const runs = container.state !== 'created' && container.state !== 'exited' && container.state !== 'dead';
    const followed = this.#add(container.id, container.name, service, runs ? 'running' : 'exited');
    if (!this.#options.isAttached(service) || container.state === 'created') return;
    this.#followLogs(container.id, followed, { ...past, follow: runs });
  }

  /**
   * Resolves when every watched container has exited and none is restarting; rejects when the engine went away.
   * Called once everything that shall start has been started.
   */
  async allExited(): Promise<void> {
    this.#complete = true;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      this.#settleIfIdle();
    });
    if (this.#failure !== undefined) throw this.#failure;
    await this.flush();
  }

  async close(): Promise<void> {
    this.#stop.abort(new DOMException('the follower was closed', 'AbortError'));
    await Promise.all([this.#monitoring, this.flush()]);
  }

  /** Waits until the output of containers that have ended is printed. */
  async flush(): Promise<void> {
    while (this.#pumps.size > 0) await Promise.all(this.#pumps);
  }

  #isOurs(event: EngineEvent): boolean {
    // What hooks write comes from whoever runs them.
    return event.labels[labels.oneOff] !== 'True' && event.labels[labels.hook] === undefined;
  }

  #hear(news: ContainerNews): void {
    if (news.kind === 'successor') {
      const isAwaited = news.service !== undefined && this.#options.isWatched(news.service);
      if (this.#options.awaitsSuccessors && isAwaited) this.#successors.add(news.id);
      return;
    }
    this.#successors.delete(news.id);
    const known = this.#containers.get(news.id) ?? this.#meet(news);
    if (known === undefined) {
      this.#settleIfIdle();
      return;
    }
    switch (news.kind) {
      case 'started':
        if (known.state !== 'starting' && this.#options.isAttached(known.service)) {
          this.#followNextRun(news.id, known);
        }
        known.state = 'running';
        break;
      case 'exited':
        known.endedAt = sinceOf(news.time);
        known.state = news.restarting ? 'running' : 'exited';
        break;
      case 'removed':
        known.state = 'exited';
        break;
    }
    const named: NamedNews = { ...news, displayName: known.displayName, service: known.service };
    this.#options.onNews?.(named);
    if (named.kind === 'exited') {
      known.ends.push(named);
      if (!known.streaming) this.#tellEnds(known);
    }
    this.#settleIfIdle();
  }

  #add(id: ContainerId, name: string, service: string, state: Followed['state']): Followed {
    const existing = this.#containers.get(id);
    if (existing !== undefined) {
      existing.state = state;
      return existing;
    }
    const displayName = displayNameOf(name, this.#options.project);
    const followed: Followed = {
      displayName,
      service,
      state,
      endedAt: undefined,
      ends: [],
      streaming: false,
      next: undefined,
    };
    this.#containers.set(id, followed);
    if (this.#options.isAttached(service)) this.#options.sink.register(displayName);
    return followed;
  }

  /** A container that somebody else has made or started. */
  #meet(news: ContainerNews): Followed | undefined {
    if (this.#options.isKnownOnly || news.kind !== 'started' || news.service === undefined) return undefined;
    if (!this.#options.isAttached(news.service)) return undefined;
    return this.#add(news.id, news.name, news.service, 'running');
  }

  /**
   * The engine tells of a start when the container may have said something already; the end of the run before is a
   * moment that lies safely between the two.
   */
  #followNextRun(id: ContainerId, followed: Followed): void {
    const follow = (since: string | undefined) =>
      this.#followLogs(id, followed, { follow: true, ...(since === undefined ? {} : { since }) });
    if (followed.endedAt !== undefined) {
      follow(followed.endedAt);
      return;
    }
    const asking = this.#options.driver
      .inspectContainer(id, this.#stop.signal)
      .then((details) => follow(details?.finishedAt))
      .catch((error: unknown) => this.#fail(error));
    this.#keep(asking);
  }

  #followLogs(id: ContainerId, followed: Followed, options: LogOptions): void {
    if (followed.streaming) {
      // What the earlier request asks for includes the later one.
      followed.next ??= options;
      return;
    }
    followed.streaming = true;
    const { driver, timestamps, until } = this.#options;
    const asked = { ...options, timestamps, ...(until === undefined ? {} : { until }) };
    this.#pump(id, followed, driver.logs(id, asked, this.#stop.signal));
  }

  #pump(id: ContainerId, followed: Followed, output: AsyncIterable<OutputChunk>): void {
    const pump = (async () => {
      try {
        for await (const chunk of output) await this.#options.sink.chunk(followed.displayName, chunk);
      } catch (error) {
        const { onUnreadable } = this.#options;
        if (onUnreadable !== undefined && isUnreadable(error)) onUnreadable(followed.displayName);
        else this.#fail(error);
      } finally {
        followed.streaming = false;
        this.#options.sink.end(followed.displayName);
        const { next } = followed;
        followed.next = undefined;
        // What is read next belongs to the runs after the first of these.
        this.#tellEnds(followed, next === undefined ? undefined : 1);
        if (next !== undefined && !this.#stop.signal.aborted) this.#followLogs(id, followed, next);
      }
    })();
    this.#keep(pump);
  }

  #tellEnds(followed: Followed, count = followed.ends.length): void {
    for (const end of followed.ends.splice(0, count)) this.#options.onEnd?.(end);
  }

  #keep(work: Promise<void>): void {
    this.#pumps.add(work);
    void work.finally(() => {
      this.#pumps.delete(work);
      this.#settleIfIdle();
    });
  }

  #fail(error: unknown): void {
    if (!this.#stop.signal.aborted) this.#failure ??= error;
  }

  #settleIfIdle(): void {
    if (this.#onIdle === undefined || !this.#complete) return;
    const waiting = [...this.#containers.values()].some(
      (container) => this.#options.isWatched(container.service) && container.state !== 'exited',
    );
    const isIdle = !waiting && this.#successors.size === 0;
    if (isIdle || this.#failure !== undefined) this.#onIdle();
  }
}

/** `web-1` for `shop-web-1`; a name without the project in front stays whole. */
export function displayNameOf(name: string, project: string): string {
  return name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name;
}

/** The engines' words for a logging driver that only writes. */
function isUnreadable(error: unknown): boolean {
  return /does not support reading/i.test(messageOf(error));
}

/** Nanoseconds since the epoch as the engines' `since` wants them: seconds, a point, nine digits. */
function sinceOf(nanoseconds: string): string {
  const digits = nanoseconds.padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
