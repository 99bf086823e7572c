import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/index.ts';
import { createEventBus } from '../../../src/scheduler/execute/event-bus.ts';

const clock = { now: () => 0, sleep: () => Promise.resolve() };

it('drops a listener that throws, says so once, and keeps the order for the others', () => {
  const heard: RunEvent[] = [];
  let broken = 0;
  const bus = createEventBus(clock, [
    () => {
      broken += 1;
      throw new Error('out of paper');
    },
    (event) => heard.push(event),
  ]);
  bus.emit({ type: 'notice', level: 'info', message: 'one' });
  bus.emit({ type: 'notice', level: 'info', message: 'two' });
  expect(broken).toBe(1);
  expect(heard.map((event) => [event.seq, 'message' in event ? event.message : ''])).toEqual([
    [1, 'one'],
    [2, 'a reporter failed and is left out from here on: out of paper'],
    [3, 'two'],
  ]);
});
