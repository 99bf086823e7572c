import { expect, test } from 'vitest';
import { stepId } from '../../../src/core/ids.ts';
import type { EventBody, RunEvent } from '../../../src/scheduler/events.ts';
import { eventStreamFaults } from '../../support/event-stream.ts';

const step = stepId('container.start', 'web/1');
const error = {
  code: 'run.unhealthy',
  message: 'container "shop-db-1" is unhealthy',
  hint: 'look at its logs',
  evidence: [{ title: 'last output of db:', lines: ['FATAL: no space left'] }],
} as const;

/** Every kind of event with everything that it can carry; a new kind does not compile until it is here. */
const complete: { readonly [Type in EventBody['type']]: EventBody & { readonly type: Type } } = {
  'run.started': {
    type: 'run.started',
    version: 1,
    command: 'up',
    project: 'shop',
    steps: [
      {
        id: step,
        kind: 'container.start',
        resource: { type: 'Container', name: 'shop-web-1' },
        reason: 'new',
      },
    ],
    unchanged: [{ type: 'Network', name: 'shop_default', state: 'Exists' }],
  },
  'step.started': { type: 'step.started', step },
  'step.progress': { type: 'step.progress', step, text: 'Waiting', current: 1, total: 2 },
  'step.settled': {
    type: 'step.settled',
    step,
    outcome: 'failed',
    durationMs: 12.5,
    error,
    detail: 'exited (0)',
    because: stepId('container.wait', 'db'),
  },
  notice: {
    type: 'notice',
    level: 'warning',
    message: 'orphans',
    code: 'run.orphans',
    hint: '--remove-orphans',
  },
  'run.settled': {
    type: 'run.settled',
    outcome: 'failed',
    durationMs: 20,
    errors: [error, { ...error, code: 'bug' }],
  },
};

const wholeRun = stream(...Object.values(complete));

test('the schema knows every event and every field', () => {
  expect(eventStreamFaults(wholeRun)).toEqual([]);
});

test('events survive being written as lines of JSON', () => {
  const lines = wholeRun.map((event) => JSON.stringify(event));
  expect(eventStreamFaults(lines.map((line) => JSON.parse(line)))).toEqual([]);
});

test('a field that the schema does not know, or a value out of its range, is a fault', () => {
  expect(
    eventStreamFaults([
      { ...complete['step.started'], seq: 1, time: '2025-01-31T12:00:00.000Z', colour: 'blue' },
      { ...complete['step.settled'], seq: 2, time: 'yesterday', outcome: 'great' },
      { type: 'party', seq: 3, time: '2025-01-31T12:00:00.000Z' },
    ]),
  ).toMatchInlineSnapshot(`
    [
      "event 1: must NOT have additional properties {"additionalProperty":"colour"}",
      "event 2/time: must match pattern "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$" {"pattern":"^\\\\d{4}-\\\\d\\\\d-\\\\d\\\\dT\\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d(\\\\.\\\\d+)?(Z|[+-]\\\\d\\\\d:\\\\d\\\\d)$"}",
      "event 2/outcome: must be equal to one of the allowed values {"allowedValues":["done","failed","tolerated","skipped","cancelled"]}",
      "event 3: value of tag "type" must be in oneOf {"error":"mapping","tag":"type","tagValue":"party"}",
    ]
  `);
});

test('the order of a run is checked', () => {
  const {
    'run.started': started,
    'step.started': begins,
    'step.settled': ends,
    'run.settled': settled,
  } = complete;
  expect(eventStreamFaults(stream(started, begins, settled))).toMatchInlineSnapshot(`
    [
      "container.start:web/1 is never settled",
    ]
  `);
  expect(eventStreamFaults(stream(started, begins, begins, ends, ends, settled))).toMatchInlineSnapshot(`
    [
      "event 3: container.start:web/1 starts twice",
      "event 5: step.settled of container.start:web/1, which is settled",
    ]
  `);
  expect(eventStreamFaults(stream(started, complete['step.progress'], ends))).toMatchInlineSnapshot(`
    [
      "event 2: progress of container.start:web/1, which has not started",
      "event 3: step.settled is out of place",
    ]
  `);
  expect(eventStreamFaults(stream(begins, started, ends, settled).slice(0, 3))).toMatchInlineSnapshot(`
    [
      "event 1: step.started is out of place",
      "event 1: container.start:web/1 was not announced",
      "event 2: run.started is out of place",
      "event 3: step.settled is out of place",
    ]
  `);
});

test('a step that never started may still be settled as skipped', () => {
  const skipped = { ...complete['step.settled'], outcome: 'skipped' } as const;
  expect(eventStreamFaults(stream(complete['run.started'], skipped, complete['run.settled']))).toEqual([]);
});

function stream(...bodies: readonly EventBody[]): readonly RunEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: index + 1, time: '2025-01-31T12:00:00.000Z' }));
}
