import type { ServiceName } from '../../../src/core/ids.ts';
import type { Step } from '../../../src/scheduler/index.ts';
import type { StepKind } from '../../../src/scheduler/plan/index.ts';
import type { Change } from './changes.ts';

export interface Surroundings {
  readonly manyEndpointsAtCreate: boolean;
  /** Volumes are filled by way of a container, which comes and goes. */
  readonly fillsByContainer: boolean;
  /** Where files are put into the containers of a service. */
  readonly pathsOf: (service: ServiceName) => readonly string[];
}

/** What the engine will be asked for when a step is carried out. */
export function changesOf(step: Step, surroundings: Surroundings): readonly Change[] {
  return (announce[step.kind] as (step: Step, surroundings: Surroundings) => readonly Change[])(
    step,
    surroundings,
  );
}

type StepWith<Kind extends StepKind> = Extract<Step, { readonly kind: Kind }>;

const announce: {
  readonly [Kind in StepKind]: (step: StepWith<Kind>, surroundings: Surroundings) => readonly Change[];
} = {
  'network.create': ({ input }) => [`make network ${input.spec.name}`],
  'network.remove': ({ input }) => [`remove network ${input.name}`],
  'network.disconnect': ({ input }) => [`take ${input.container.name} out of ${input.network}`],
  'volume.create': ({ input }) => [`make volume ${input.spec.name}`],
  'volume.remove': ({ input }) => [`remove volume ${input.name}`],
  'volume.fill': ({ input: { spec } }, { fillsByContainer }) =>
    fillsByContainer
      ? [
          `make volume ${spec.name}`,
          `make ${spec.name}-helper`,
          `put files into ${spec.name}-helper`,
          `remove ${spec.name}-helper`,
        ]
      : [`fill volume ${spec.name}`],
  'image.pull': ({ input }) => [`pull ${input.reference}`],
  'image.build': ({ input }) => [`build ${input.spec.tags[0]}`],
  'image.push': ({ input }) => [`push ${input.reference}`],
  'image.remove': ({ input }) => [`remove image ${input.reference}`],
  'container.create': ({ input: { spec, as } }, { manyEndpointsAtCreate }) => [
    `make ${as}`,
    ...(spec.network.kind === 'networks' && !manyEndpointsAtCreate
      ? spec.network.endpoints.slice(1).map(({ network }) => `bring ${as} into ${network}`)
      : []),
  ],
  'container.start': ({ input: { container, service, mounted = [] } }, { pathsOf }) => [
    ...(pathsOf(service).some((path) => !mounted.includes(path)) ? [`put files into ${container.name}`] : []),
    `start ${container.name}`,
  ],
  'container.signal': ({ input: { container, service } }, { pathsOf }) => [
    ...(pathsOf(service).length > 0 ? [`put files into ${container.name}`] : []),
    `signal ${container.name}`,
  ],
  'container.kill': ({ input }) => [`signal ${input.container.name}`],
  'container.pause': ({ input }) => [`pause ${input.container.name}`],
  'container.unpause': ({ input }) => [`unpause ${input.container.name}`],
  'container.wait': () => [],
  'container.stop': ({ input }) => [`stop ${input.container.name}`],
  'container.remove': ({ input }) => [`remove ${input.container.name}`],
  'container.rename': ({ input }) => [`rename to ${input.name}`],
  'hook.exec': ({ input }) => [`run ${input.exec.command.join(' ')} in ${input.container.name}`],
  // What they do is outside of the engine.
  'provider.up': () => [],
  'provider.down': () => [],
  'provider.stop': () => [],
  'model.prepare': () => [],
  'hook.run': ({ input: { spec, service } }, { pathsOf }) => [
    `make ${spec.name}`,
    ...(pathsOf(service).length > 0 ? [`put files into ${spec.name}`] : []),
    `attach to ${spec.name}`,
    `start ${spec.name}`,
    `remove ${spec.name}`,
  ],
};
