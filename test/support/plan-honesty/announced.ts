import type { ServiceName } from '../../../src/core/ids.ts';
import type { Step } from '../../../src/scheduler/index.ts';
import type { StepKind } from '../../../src/scheduler/plan/index.ts';
import type { RecordedWrite } from '../engine-proxy.ts';

/** How a change is named on both sides: by what it does and to what. Containers have the names that they end up with. */
export type Change = string;

export interface Surroundings {
  readonly manyEndpointsAtCreate: boolean;
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
  'volume.fill': ({ input: { spec } }) => [
    `make volume ${spec.name}`,
    `make ${spec.name}-helper`,
    `put files into ${spec.name}-helper`,
    `remove ${spec.name}-helper`,
  ],
  'image.pull': ({ input }) => [`pull ${input.reference}`],
  'image.build': ({ input }) => [`build ${input.spec.tags[0]}`],
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

/** A request in the same words. `nameOf` knows containers by id; a connected one goes by the name that it was made under. */
export function changeOf(
  { line, body }: RecordedWrite,
  nameOf: (id: string) => string,
  madeAs: (id: string) => string,
): Change | undefined {
  const [, method = '', path = ''] = /^(\S+) (?:\/v[\d.]+)?(\S+) HTTP/.exec(line) ?? [];
  const url = new URL(path, 'http://engine');
  const [, kind, id = '', verb] = url.pathname.split('/').map(decodeURIComponent);
  const json = (): Readonly<Record<string, string>> => JSON.parse(body);
  switch (`${method} ${kind} ${id === 'create' ? id : (verb ?? '')}`.trim()) {
    case 'POST networks create':
      return `make network ${json()['Name']}`;
    case 'DELETE networks':
      return `remove network ${id}`;
    case 'POST networks disconnect':
      return `take ${nameOf(json()['Container'] ?? '')} out of ${id}`;
    case 'POST networks connect':
      return `bring ${madeAs(json()['Container'] ?? '')} into ${id}`;
    case 'POST volumes create':
      return `make volume ${json()['Name']}`;
    case 'DELETE volumes':
      return `remove volume ${id}`;
    case 'POST containers create':
      return `make ${url.searchParams.get('name')}`;
    case 'POST containers exec':
      return `run ${(JSON.parse(body) as { readonly Cmd: readonly string[] }).Cmd.join(' ')} in ${nameOf(id)}`;
    case 'POST containers attach':
      return `attach to ${nameOf(id)}`;
    // What was prepared begins.
    case 'POST exec start':
      return undefined;
    case 'POST containers start':
      return `start ${nameOf(id)}`;
    case 'POST containers kill':
      return `signal ${nameOf(id)}`;
    case 'POST containers stop':
      return `stop ${nameOf(id)}`;
    case 'PUT containers archive':
      return `put files into ${nameOf(id)}`;
    case 'DELETE containers':
      return `remove ${nameOf(id)}`;
    case 'POST containers rename':
      return `rename to ${url.searchParams.get('name')}`;
    default:
      return `unheard of: ${line}`;
  }
}
