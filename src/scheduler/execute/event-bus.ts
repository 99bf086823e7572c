import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/error.ts';
import type { EventBody, RunEvent } from '../events.ts';

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
    const failures: string[] = [];
    for (const listener of [...active]) {
      try {
        listener(event);
      } catch (thrown) {
        active.delete(listener);
        failures.push(messageOf(thrown));
      }
    }
    // Only now, so that every listener has heard this event before the next one.
    for (const failure of failures) {
      deliver({
        type: 'notice',
        level: 'warning',
        message: `a reporter failed and is left out from here on: ${failure}`,
      });
    }
  };
  return { emit: deliver };
}
