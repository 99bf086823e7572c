import type { EventBody, RunEvent } from '../events.ts';
import type { Clock } from './clock.ts';

export type EventListener = (event: RunEvent) => void;

/** Numbers and stamps the events of one run and hands each to every listener. */
export interface EventBus {
  emit(body: EventBody): void;
}

/** A listener that throws is dropped, and the others hear once why. */
export function createEventBus(clock: Clock, listeners: readonly EventListener[]): EventBus {
  const active = new Set(listeners);
  let seq = 0;
  const deliver = (body: EventBody): void => {
    seq += 1;
    const event: RunEvent = { ...body, seq, time: new Date(clock.now()).toISOString() };
    for (const listener of [...active]) {
      try {
        listener(event);
      } catch (thrown) {
        active.delete(listener);
        deliver({
          type: 'notice',
          level: 'warning',
          message: `a reporter failed and is left out from here on: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        });
      }
    }
  };
  return { emit: deliver };
}
