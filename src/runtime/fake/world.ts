import type { Clock } from '../../core/clock.ts';
import type { ContainerId } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import { parseMoment } from '../../core/moment.ts';
import { Channel } from '../channel.ts';
import type { EngineEvent, EventFilter } from '../driver.ts';
import type { EngineState, ModelEvent, Transition } from './model/index.ts';
import { ContainerOutput } from './output.ts';

/** The state of one fake engine as it changes, with what its containers say and who listens to its events. */
export class World {
  readonly clock: Clock;
  readonly #initial: EngineState;
  readonly #outputs = new Map<ContainerId, ContainerOutput>();
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #told: EngineEvent[] = [];
  #state: EngineState;
  #lastTime = 0n;

  constructor(initial: EngineState, clock: Clock) {
    this.clock = clock;
    this.#initial = initial;
    this.#state = initial;
  }

  get state(): EngineState {
    return this.#state;
  }

  update(state: EngineState): void {
    this.#state = state;
  }

  apply<Change extends Transition>(change: Change): Change {
    this.#state = change.state;
    for (const event of change.events) this.tell(event);
    return change;
  }

  tell(event: ModelEvent): void {
    const stamped: EngineEvent = { ...event, time: this.nanoseconds().toString() };
    this.#told.push(stamped);
    for (const listen of [...this.#listeners]) listen(stamped);
    if (event.action !== 'destroy') return;
    this.#outputs.get(event.container)?.endRun();
    this.#outputs.delete(event.container);
  }

  subscribe(filter: EventFilter, signal: AbortSignal | undefined): Channel<EngineEvent> {
    const now = this.clock.now();
    const since = filter.since === undefined ? undefined : parseMoment(filter.since, now);
    const until = filter.until === undefined ? undefined : parseMoment(filter.until, now);
    const over = new AbortController();
    const channel: Channel<EngineEvent> = new Channel({
      signal,
      onEnd: () => {
        this.#listeners.delete(listen);
        over.abort();
      },
    });
    const listen = (event: EngineEvent): void => {
      const isOwn = filter.project === undefined || event.labels[labels.project] === filter.project;
      if (isOwn && (until === undefined || BigInt(event.time) <= until)) void channel.push(event);
    };
    if (since !== undefined) this.#told.filter(({ time }) => BigInt(time) >= since).forEach(listen);
    this.#listeners.add(listen);
    if (until !== undefined) {
      const left = Number(until / 1_000_000n) - now;
      if (left <= 0) channel.close();
      else
        this.clock.sleep(left, over.signal).then(
          () => channel.close(),
          () => {},
        );
    }
    return channel;
  }

  outputOf(container: ContainerId): ContainerOutput {
    const known = this.#outputs.get(container);
    if (known !== undefined) return known;
    const output = new ContainerOutput(() => this.nanoseconds());
    this.#outputs.set(container, output);
    return output;
  }

  /** Unix time; never the same one twice, so that the order of things shows. */
  nanoseconds(): bigint {
    const now = BigInt(Math.floor(this.clock.now() * 1000)) * 1000n;
    this.#lastTime = now > this.#lastTime ? now : this.#lastTime + 1n;
    return this.#lastTime;
  }

  reset(): void {
    this.#state = this.#initial;
    this.#told.length = 0;
    for (const output of this.#outputs.values()) output.endRun();
    this.#outputs.clear();
  }
}
