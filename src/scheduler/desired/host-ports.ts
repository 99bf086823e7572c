import type { Port, Project, Service } from '../../compose/index.ts';
import { quote } from '../../core/text.ts';
import { replicaCount } from './container-spec.ts';
import type { Finding } from './finding.ts';

/** A published port of one service. */
interface Claim {
  readonly service: Service;
  readonly port: Port;
  readonly index: number;
}

/** Ports of the host that two containers of this project would want, and ports that no host has. */
export function hostPorts(project: Project): readonly Finding[] {
  const claims = [...project.services.values()]
    .filter(publishes)
    .flatMap((service) => (service.ports ?? []).map((port, index): Claim => ({ service, port, index })));
  const wrong = claims.flatMap((claim) => impossiblePort(claim));
  if (wrong.length > 0) return wrong;
  return [...claims.flatMap(scaledPort), ...sharedPorts(project, claims)];
}

/** Without a network of its own a container publishes nothing. */
function publishes(service: Service): boolean {
  return replicaCount(service) > 0 && !/^(?:host|none|service:|container:)/.test(service.network_mode ?? '');
}

function impossiblePort({ service: { name }, port, index }: Claim): readonly Finding[] {
  const path = ['services', name, 'ports', index];
  const at = `services.${name}.ports[${index}]`;
  const finding = (key: string, what: string, hint: string): Finding => ({
    code: 'compose.invalid-value',
    path: [...path, key],
    message: `${at}: ${what}`,
    hint,
  });
  const { target = 0, published = '', protocol = 'tcp' } = port;
  return [
    ...(target > 65535 ? [finding('target', `${target} is no port`, 'Ports go from 1 to 65535.')] : []),
    ...(published !== '' && rangeOf(published) === undefined
      ? [
          finding(
            'published',
            `${quote(published)} is no port or range`,
            'Write a port from 1 to 65535, or "8000-8010".',
          ),
        ]
      : []),
    ...(['', 'tcp', 'udp', 'sctp'].includes(protocol.toLowerCase())
      ? []
      : [finding('protocol', `there is no protocol ${quote(protocol)}`, 'Write "tcp", "udp" or "sctp".')]),
  ];
}

/** Replicas of one service each need a port of their own. */
function scaledPort({ service, port, index }: Claim): readonly Finding[] {
  const replicas = replicaCount(service);
  const range = rangeOf(port.published ?? '');
  if (range === undefined || range.first === 0) return [];
  const free = range.last - range.first + 1;
  if (replicas <= free) return [];
  const needed = `"${range.first}-${range.first + replicas - 1}:${port.target}"`;
  return [
    {
      code: 'compose.conflict',
      path: ['services', service.name, 'ports', index],
      message: `services.${service.name}.ports[${index}]: ${replicas} containers cannot share ${free === 1 ? `port ${range.first}` : `${free} ports`} of this machine`,
      hint: `Give a range such as ${needed}, leave the port to the engine with "${port.target}", or run one container.`,
    },
  ];
}

function sharedPorts(project: Project, claims: readonly Claim[]): readonly Finding[] {
  const byPort = new Map<string, Claim[]>();
  return claims.flatMap((claim) => {
    const range = rangeOf(claim.port.published ?? '');
    if (range === undefined || range.first !== range.last || range.first === 0) return [];
    const key = `${range.first}/${claim.port.protocol ?? 'tcp'}`;
    const earlier = byPort.get(key) ?? [];
    byPort.set(key, [...earlier, claim]);
    const owner = earlier.find((other) => collide(project, other, claim));
    if (owner === undefined) return [];
    const whose =
      owner.service === claim.service
        ? `services.${owner.service.name}.ports[${owner.index}]`
        : `service ${quote(owner.service.name)}`;
    return [
      {
        code: 'compose.conflict' as const,
        path: ['services', claim.service.name, 'ports', claim.index],
        message: `services.${claim.service.name}.ports[${claim.index}]: port ${range.first} of this machine is already taken by ${whose}`,
        hint: 'Publish one of them on another port; containers reach each other by service name without any published port.',
      },
    ];
  });
}

function collide(project: Project, left: Claim, right: Claim): boolean {
  if (!addressesOverlap(left.port.host_ip ?? '', right.port.host_ip ?? '')) return false;
  return (
    !finishedBefore(project, left.service).has(right.service.name) &&
    !finishedBefore(project, right.service).has(left.service.name)
  );
}

function addressesOverlap(left: string, right: string): boolean {
  if (left === right || left === '' || right === '') return true;
  if (left.includes(':') !== right.includes(':')) return false;
  return [left, right].some((address) => address === '0.0.0.0' || address === '::');
}

/** Services that have given their ports back when this one starts. */
function finishedBefore(project: Project, service: Service, seen = new Set<string>()): ReadonlySet<string> {
  const finished = new Set<string>();
  if (seen.has(service.name)) return finished;
  seen.add(service.name);
  for (const [name, { condition }] of service.depends_on ?? []) {
    const needed = project.services.get(name);
    if (needed === undefined) continue;
    if (condition === 'service_completed_successfully') finished.add(name);
    for (const earlier of finishedBefore(project, needed, seen)) finished.add(earlier);
  }
  return finished;
}

function rangeOf(text: string): { readonly first: number; readonly last: number } | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? first);
  return last < first || last > 65535 ? undefined : { first, last };
}
