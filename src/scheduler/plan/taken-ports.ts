import { addressesOverlap, portClaims, rangeOf } from '../../compose/index.ts';
import { type Diagnostic, placed } from '../../core/diagnostic.ts';
import type { ServiceName, StepId } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import { quote } from '../../core/text.ts';
import type { PortHolder } from '../../runtime/index.ts';
import { serviceOf } from './observed.ts';
import type { ReplicaDecision } from './replicas.ts';
import type { UpInput } from './up-input.ts';

/**
 * Fixed ports of containers that are to be started which somebody else has: found before anything is touched. Whoever
 * the plan itself takes away is nobody else.
 */
export function takenPorts(
  { project, observed, policy, locate }: UpInput,
  decisions: ReadonlyMap<ServiceName, readonly ReplicaDecision[]>,
  freed: ReadonlyMap<string, StepId>,
): readonly Diagnostic[] {
  const holders = (observed.portHolders ?? []).filter(
    ({ holder }) => holder.kind === 'process' || !freed.has(holder.name),
  );
  if (holders.length === 0 || !policy.start) return [];
  const starting = [...decisions].filter(([, list]) =>
    list.some(({ kind }) => kind !== 'keep' && kind !== 'remove'),
  );
  const once = policy.oneOff === undefined ? [] : [policy.oneOff.service];
  return [...starting.map(([name]) => name), ...once].flatMap((name) => {
    const service = project.services.get(name);
    return (service === undefined ? [] : portClaims(service)).flatMap(
      ({ port, index }): readonly Diagnostic[] => {
        const range = rangeOf(port.published ?? '');
        if (range === undefined || range.first !== range.last) return [];
        const holder = holders.find(
          (each) =>
            each.port === range.first &&
            each.protocol === (port.protocol || 'tcp') &&
            addressesOverlap(each.hostIp ?? '', port.host_ip ?? '') &&
            // Beside what runs once, replicas keep theirs.
            (once.includes(name) || !isOwn(each, name, project.name)),
        );
        if (holder === undefined) return [];
        return [
          {
            severity: 'error',
            code: 'engine.port-in-use',
            message: `services.${name}.ports[${index}]: ${range.first}: ${describe(holder)}`,
            hint: hintFor(holder),
            path: `services.${name}.ports[${index}]`,
            ...placed(locate(['services', name, 'ports', index])),
          },
        ];
      },
    );
  });
}

/** A replica of the service itself that stays: more than one of a fixed port is told elsewhere. */
function isOwn({ holder }: PortHolder, service: ServiceName, project: string): boolean {
  return (
    holder.kind === 'container' && holder.labels[labels.project] === project && serviceOf(holder) === service
  );
}

/** Begins with the engine's own words, which scripts look for. */
function describe({ holder }: PortHolder): string {
  if (holder.kind === 'process') {
    const { pid, name } = holder;
    const who =
      pid === undefined
        ? 'another program on this machine'
        : `${quote(name ?? '')}, process ${pid} of this machine`;
    return `address already in use, by ${who}`;
  }
  const project = holder.labels[labels.project];
  return `port is already allocated, to container ${holder.name}${project === undefined ? '' : ` of project ${quote(project)}`}`;
}

function hintFor({ holder, port }: PortHolder): string {
  if (holder.kind === 'process') {
    const look = holder.pid === undefined ? ` (\`ss -ltnup "sport = :${port}"\` as root names it)` : '';
    return `Stop it${look}, or publish another port.`;
  }
  const project = holder.labels[labels.project];
  const service = serviceOf(holder);
  const stop =
    project === undefined || service === undefined
      ? `docker stop ${holder.name}`
      : `flotilla -p ${project} stop ${service}`;
  return `Stop it with \`${stop}\`, or publish another port.`;
}
