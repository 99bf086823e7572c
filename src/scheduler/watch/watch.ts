import { setMaxListeners } from 'node:events';
import type { Project } from '../../compose/index.ts';
import type { Clock } from '../../core/clock.ts';
import type { ServiceName } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import type { Driver, EngineEvent, ObservedContainer } from '../../runtime/index.ts';
import { isOneOff, isRunning, serviceOf } from '../plan/index.ts';
import type { Container } from './copies.ts';
import type { WatchedRule } from './rules.ts';
import { ServiceWatch, type ServiceWatchOptions } from './service-watch.ts';
import { TreeWatcher } from './tree-watcher.ts';

export interface WatchOptions extends Pick<ServiceWatchOptions, 'rebuild' | 'restart' | 'onNews'> {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly project: Project;
  readonly rules: readonly WatchedRule[];
  /** The project's folder. */
  readonly base: string;
  /** The containers that there are, running or not. */
  readonly containers: () => Promise<readonly ObservedContainer[]>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Has the containers of a project follow the files of this machine. Open, it hears of changes; it acts upon them while it
 * runs.
 */
export class Watch {
  readonly #options: WatchOptions;
  readonly #services: ReadonlyMap<ServiceName, ServiceWatch>;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #trees: TreeWatcher | undefined;
  #listening: Promise<void> = Promise.resolve();

  /** Resolves once no change is missed any more. */
  static async open(options: WatchOptions): Promise<Watch> {
    const watch = new Watch(options);
    try {
      await watch.#open();
      return watch;
    } catch (error) {
      await watch.close();
      throw error;
    }
  }

  private constructor(options: WatchOptions) {
    this.#options = options;
    const { driver, clock, rules, onNews, rebuild, restart } = options;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    // Each service waits for it, and each of its calls.
    setMaxListeners(0, this.#signal);
    this.#services = new Map(
      rules.map(({ service }) => [
        service,
        new ServiceWatch({ service, driver, clock, signal: this.#signal, onNews, rebuild, restart }),
      ]),
    );
  }

  /** To be called between a container's creation and its start, so that it starts with the files that it shall have. */
  async prepare(service: ServiceName, container: Container): Promise<void> {
    await this.#services.get(service)?.prepare(container);
  }

  /** Acts upon changes until the signal aborts; rejects when the engine goes away. */
  async run(): Promise<void> {
    const services = [...this.#services.values()];
    await Promise.all(services.map((service) => service.begin()));
    if (this.#signal.aborted) return;
    this.#options.onNews({ kind: 'enabled' });
    // Without news of containers, or of files, nothing can be done right.
    const news = [this.#listening, this.#trees?.untilEnded()].map((each) =>
      each?.finally(() => this.#stop.abort(new DOMException('the watch is over', 'AbortError'))),
    );
    const working = Promise.allSettled(services.map((service) => service.run()));
    // What has been begun is brought to its end in any case.
    const ended = await Promise.allSettled([...news, working]);
    for (const each of [...ended, ...(await working)]) if (each.status === 'rejected') throw each.reason;
    this.#options.onNews({ kind: 'disabled' });
  }

  async close(): Promise<void> {
    this.#stop.abort(new DOMException('the watch was closed', 'AbortError'));
    await this.#trees?.close();
    await this.#listening.catch(() => {});
  }

  async #open(): Promise<void> {
    const { driver, clock, project, rules, base, containers, onNews } = this.#options;
    const events = await driver.events({ project: project.name }, this.#signal);
    this.#listening = this.#listen(events);
    // Who awaits it is told.
    this.#listening.catch(() => {});
    this.#trees = await TreeWatcher.open({
      rules,
      base,
      clock,
      signal: this.#signal,
      onChanges: (changed) => {
        for (const each of changed) this.#services.get(each.rule.service)?.hear(each);
      },
      onTrouble: (message) => onNews({ kind: 'trouble', message }),
    });
    for (const container of await containers()) {
      const service = serviceOf(container);
      if (service === undefined || isOneOff(container)) continue;
      this.#services.get(service)?.meet(container, isRunning(container));
    }
    for (const rule of rules) {
      if (rule.initialSync) this.#services.get(rule.service)?.add(rule, this.#trees.everything(rule));
    }
  }

  async #listen(events: AsyncIterable<EngineEvent>): Promise<void> {
    for await (const event of events) {
      const { action, container: id, name, labels: own } = event;
      const service = this.#services.get(own[labels.service] as ServiceName);
      if (service === undefined || own[labels.oneOff] === 'True' || own[labels.hook] !== undefined) continue;
      switch (action) {
        case 'create':
          service.meet({ id, name }, false);
          break;
        case 'start':
        case 'unpause':
          service.meet({ id, name }, true);
          break;
        case 'die':
          service.ended(id);
          break;
        case 'destroy':
          service.forget(id);
          break;
        default:
          break;
      }
    }
  }
}
