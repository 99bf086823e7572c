import type { ServiceName } from '../../core/ids.ts';
import type { Plan, Step, StepKind } from '../plan/index.ts';

/** What happens to a service in a run, in this order. `stop` is all that ends and removes a container. */
export const phases = ['pull', 'build', 'stop', 'create', 'start', 'hook', 'ready'] as const;
export type Phase = (typeof phases)[number];

const phaseByKind: Readonly<Record<StepKind, Phase | undefined>> = {
  'network.create': undefined,
  'network.remove': undefined,
  'network.disconnect': undefined,
  'volume.create': undefined,
  'volume.remove': undefined,
  'volume.fill': 'create',
  'image.pull': 'pull',
  'image.build': 'build',
  'image.push': undefined,
  'image.remove': undefined,
  'container.create': 'create',
  'container.start': 'start',
  // As a restart, which it stands for.
  'container.signal': 'start',
  'container.kill': 'stop',
  'container.pause': undefined,
  'container.unpause': undefined,
  'container.wait': 'ready',
  'container.stop': 'stop',
  'container.remove': 'stop',
  // Once the old one is gone: it may have waited for that.
  'container.rename': 'stop',
  'hook.exec': 'hook',
  'hook.run': 'hook',
  'provider.up': 'create',
  'provider.down': undefined,
  'provider.stop': undefined,
  'model.prepare': undefined,
};

export function phaseOf({ kind }: Step): Phase | undefined {
  return phaseByKind[kind];
}

/** Whose step it is; a pull is of all services that get a container of its image. */
export function servicesOf(step: Step, plans: readonly Plan[]): readonly ServiceName[] {
  switch (step.kind) {
    case 'container.start':
    case 'container.signal':
    case 'container.rename':
    case 'container.wait':
    case 'volume.fill':
    case 'hook.exec':
    case 'hook.run':
      return [step.input.service];
    case 'container.create':
      return [step.input.spec.service];
    case 'image.pull':
      return usersOf(step.input.reference, plans);
    case 'image.build':
      return usersOf(step.input.spec.tags[0], plans);
    case 'container.stop':
    case 'container.remove':
      return step.input.service === undefined ? [] : [step.input.service];
    default:
      return [];
  }
}

function usersOf(reference: string, plans: readonly Plan[]): readonly ServiceName[] {
  const users = plans.flatMap(({ steps }) =>
    steps.flatMap((step) =>
      step.kind === 'container.create' && step.input.spec.image === reference
        ? [step.input.spec.service]
        : [],
    ),
  );
  return [...new Set(users)];
}
