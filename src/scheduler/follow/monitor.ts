import type { ContainerId } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import type { Driver, EngineEvent } from '../../runtime/index.ts';

/** What becomes of the containers of a run that somebody watches. */
export type ContainerNews =
  /** Made to take the place of another one, and not started yet. */
  | { readonly kind: 'successor'; readonly id: ContainerId; readonly service: string | undefined }
  | {
      readonly kind: 'started';
      readonly id: ContainerId;
      readonly name: string;
      readonly service: string | undefined;
    }
  | {
      readonly kind: 'exited';
      readonly id: ContainerId;
      readonly name: string;
      /** Unix time in nanoseconds, as a decimal string. */
      readonly time: string;
      readonly exitCode: number;
      /** The engine starts it again by its restart policy. */
      readonly restarting: boolean;
    }
  | { readonly kind: 'removed'; readonly id: ContainerId; readonly name: string };

export interface MonitorOptions {
  readonly driver: Driver;
  readonly events: AsyncIterable<EngineEvent>;
  readonly isWatched: (event: EngineEvent) => boolean;
  readonly onNews: (news: ContainerNews) => void;
  readonly signal: AbortSignal;
}

/**
 * Turns engine events into news about containers, in their order. Ends with the event stream; rejects when the engine
 * went away.
 */
export async function monitor({ driver, events, isWatched, onNews, signal }: MonitorOptions): Promise<void> {
  for await (const event of events) {
    if (!isWatched(event)) continue;
    const { container: id, name } = event;
    switch (event.action) {
      case 'create':
        if (event.labels[labels.replace] !== undefined) {
          onNews({ kind: 'successor', id, service: event.labels[labels.service] });
        }
        break;
      case 'start':
        onNews({ kind: 'started', id, name, service: event.labels[labels.service] });
        break;
      case 'die':
        onNews({
          kind: 'exited',
          id,
          name,
          time: event.time,
          exitCode: event.exitCode ?? 0,
          restarting: await isRestarting(driver, id, signal),
        });
        break;
      case 'destroy':
        onNews({ kind: 'removed', id, name });
        break;
      default:
        break;
    }
  }
}

/** The event does not say whether the restart policy has a go at it; the engine's state does. */
async function isRestarting(driver: Driver, id: ContainerId, signal: AbortSignal): Promise<boolean> {
  const details = await driver.inspectContainer(id, signal);
  return details?.state === 'restarting' || details?.state === 'running';
}
