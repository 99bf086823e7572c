import { type StepId, stepId } from '../../../../src/core/ids.ts';
import type { AnnouncedStep, ResourceName, RunEvent } from '../../../../src/scheduler/index.ts';
import { stamper } from './support.ts';

export interface Story {
  readonly begin: (more?: {
    readonly unchanged?: Extract<RunEvent, { type: 'run.started' }>['unchanged'];
  }) => RunEvent;
  readonly started: (id: string) => RunEvent;
  readonly progress: (id: string, text: string, bytes?: readonly [number, number]) => RunEvent;
  readonly settled: (
    id: string,
    more?: Partial<Omit<Extract<RunEvent, { type: 'step.settled' }>, 'type' | 'step' | 'seq' | 'time'>>,
  ) => RunEvent;
  readonly notice: (message: string, hint?: string) => RunEvent;
  readonly end: (more?: Partial<Extract<RunEvent, { type: 'run.settled' }>>) => RunEvent;
}

/** The events of a run with these steps, `kind:subject` for each; they concern the resource that its kind says. */
export function story(steps: readonly string[], now?: () => number, command = 'up'): Story {
  const stamp = stamper(now);
  const announced = steps.map(announce);
  return {
    begin: ({ unchanged = [] } = {}) =>
      stamp({ type: 'run.started', version: 1, command, project: 'shop', steps: announced, unchanged }),
    started: (id) => stamp({ type: 'step.started', step: id as StepId }),
    progress: (id, text, bytes) =>
      stamp({
        type: 'step.progress',
        step: id as StepId,
        text,
        ...(bytes === undefined ? {} : { current: bytes[0], total: bytes[1] }),
      }),
    settled: (id, more = {}) =>
      stamp({ type: 'step.settled', step: id as StepId, outcome: 'done', durationMs: 100, ...more }),
    notice: (message, hint) =>
      stamp({ type: 'notice', level: 'warning', message, ...(hint === undefined ? {} : { hint }) }),
    end: (more = {}) =>
      stamp({ type: 'run.settled', outcome: 'done', durationMs: 1000, errors: [], ...more }),
  };
}

function announce(id: string): AnnouncedStep {
  const [kind = '', ...rest] = id.split(':');
  const subject = rest.join(':');
  return {
    id: stepId(kind, subject),
    kind,
    resource: resourceOf(kind, subject),
    reason: 'its configuration changed',
  };
}

function resourceOf(kind: string, subject: string): ResourceName {
  const service = subject.split('/')[0] ?? '';
  switch (kind.split('.')[0]) {
    case 'network':
      return { type: 'Network', name: `shop_${subject}` };
    case 'volume':
      return { type: 'Volume', name: `shop_${subject}` };
    case 'image':
      return { type: 'Image', name: subject };
    default:
      return { type: 'Container', name: `shop-${service}-1` };
  }
}
