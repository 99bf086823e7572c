import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import type { RunEvent } from '../../src/scheduler/events.ts';

/** What is wrong with the events of one run: against schemas/events.schema.json, and in their order. */
export function eventStreamFaults(events: readonly unknown[]): readonly string[] {
  const validate = compiledSchema();
  const faults = events.flatMap((event, index) =>
    validate(event) ? [] : describe(validate.errors ?? [], index),
  );
  return faults.length > 0 ? faults : orderFaults(events as readonly RunEvent[]);
}

function compiledSchema() {
  const url = new URL('../../schemas/events.schema.json', import.meta.url);
  return new Ajv({ allErrors: true, discriminator: true }).compile(JSON.parse(readFileSync(url, 'utf8')));
}

function describe(errors: readonly ErrorObject[], index: number): readonly string[] {
  return errors.map(
    ({ instancePath, message, params }) =>
      `event ${index + 1}${instancePath}: ${message ?? 'is wrong'} ${JSON.stringify(params)}`,
  );
}

function orderFaults(events: readonly RunEvent[]): readonly string[] {
  const faults: string[] = [];
  const announced = new Set<string>();
  const states = new Map<string, 'started' | 'settled'>();
  for (const [index, event] of events.entries()) {
    const fault = (text: string): number => faults.push(`event ${index + 1}: ${text}`);
    if (event.seq !== index + 1) fault(`seq is ${event.seq}`);
    if ((index === 0) !== (event.type === 'run.started')) fault(`${event.type} is out of place`);
    if ((index === events.length - 1) !== (event.type === 'run.settled'))
      fault(`${event.type} is out of place`);
    if (event.type === 'run.started') for (const step of event.steps) announced.add(step.id);
    if (!('step' in event)) continue;
    const { step } = event;
    const state = states.get(step);
    if (!announced.has(step)) fault(`${step} was not announced`);
    if (state === 'settled') fault(`${event.type} of ${step}, which is settled`);
    if (event.type === 'step.started' && state === 'started') fault(`${step} starts twice`);
    if (event.type === 'step.progress' && state === undefined)
      fault(`progress of ${step}, which has not started`);
    if (event.type === 'step.started') states.set(step, 'started');
    if (event.type === 'step.settled') states.set(step, 'settled');
  }
  const open = [...states].flatMap(([step, state]) =>
    state === 'started' ? [`${step} is never settled`] : [],
  );
  return [...faults, ...open];
}
