import { FlotillaError } from '../../core/error.ts';
import type { ProjectName, ServiceName } from '../../core/ids.ts';
import type { ObservedContainer, ObservedPort } from '../../runtime/index.ts';
import { pickContainer } from './containers.ts';
import type { Session } from './session.ts';

export interface PublishedPortRequest {
  readonly projectName: ProjectName;
  readonly service: ServiceName;
  /** Replica of the service; the lowest-numbered one that runs unless given. */
  readonly index?: number;
  /** In the container. */
  readonly target: number;
  /** `tcp` unless given. */
  readonly protocol?: string;
}

export interface PublishedPort {
  /** `0.0.0.0` for all addresses of the host. */
  readonly hostIp: string;
  readonly published: number;
}

/**
 * Where a port of a running container is on the host: the first one when there are several, on IPv4 where it is on
 * both. Rejects with `run.container-missing` and `run.not-published`.
 */
export async function publishedPort(
  session: Session,
  { projectName, service, index, target, protocol = 'tcp' }: PublishedPortRequest,
): Promise<PublishedPort> {
  const container = await pickContainer(session, projectName, service, index);
  const bindings = container.ports.flatMap((port) =>
    port.target === target && port.protocol === protocol ? bindingOf(port) : [],
  );
  const found = bindings.find(({ hostIp }) => !hostIp.includes(':')) ?? bindings[0];
  if (found === undefined) throw notPublished(container, `${target}/${protocol}`);
  return found;
}

function bindingOf({ hostIp = '0.0.0.0', published }: ObservedPort): readonly PublishedPort[] {
  return published === undefined || published === 0 ? [] : [{ hostIp, published }];
}

function notPublished({ name, ports }: ObservedContainer, wanted: string): FlotillaError {
  const has = [
    ...new Set(
      ports.flatMap((port) => (bindingOf(port).length > 0 ? [`${port.target}/${port.protocol}`] : [])),
    ),
  ].sort((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10));
  return new FlotillaError('run.not-published', `no port ${wanted} for container ${name}`, {
    hint: has.length === 0 ? 'It publishes no ports.' : `It publishes ${has.join(', ')}.`,
  });
}
