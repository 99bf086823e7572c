import { quote } from '../../../core/text.ts';
import { nodeAt } from '../../explain/find.ts';
import type { Port, Service } from '../../project.ts';
import { type Finding, type Rule, serviceRule, sourceTextOf } from '../subject.ts';

/** What is reachable from where. */
export const portRules: readonly Rule[] = [
  serviceRule(function* openDatabasePort({ name, ports }, _, path) {
    for (const [index, port] of (ports ?? []).entries()) {
      const database = databases.get(port.target);
      if (database === undefined || port.published === undefined || port.protocol !== 'tcp') continue;
      if (port.host_ip !== undefined && port.host_ip !== '' && !isEverywhere(port.host_ip)) continue;
      yield {
        code: 'lint.open-database-port',
        severity: 'warning',
        path: [...path, 'ports', index],
        message: `services.${name} publishes ${database} (port ${port.target}) on all addresses of this machine, firewalls notwithstanding`,
        hint: `Write "127.0.0.1:${port.published}:${port.target}" for this machine only; services of the project need no published port.`,
      };
    }
  }),

  function sameHostPort({ project }) {
    const taken: { readonly key: string; readonly address: string; readonly service: string }[] = [];
    return [...project.services.values()].flatMap((service) =>
      usedPorts(service).flatMap(({ index, port }): readonly Finding[] => {
        const key = `${port.published}/${port.protocol}`;
        const address = port.host_ip ?? '';
        const other = taken.find(
          (each) => each.key === key && each.service !== service.name && overlap(each.address, address),
        );
        taken.push({ key, address, service: service.name });
        if (other === undefined) return [];
        return [
          {
            code: 'lint.same-host-port',
            severity: 'error',
            path: ['services', service.name, 'ports', index],
            message: `services.${service.name} publishes port ${key} of this machine, which service ${quote(other.service)} has already`,
            hint: 'Give one of them another port on the left of the colon.',
          },
        ];
      }),
    );
  },

  serviceRule(function* scaledPort(service, _, path) {
    const replicas = service.scale ?? service.deploy?.replicas ?? 1;
    const [first] = usedPorts(service);
    if (replicas < 2 || first === undefined) return;
    yield {
      code: 'lint.scaled-port',
      severity: 'error',
      path: [...path, 'ports', first.index],
      message: `services.${service.name} has ${replicas} replicas, and only one of them can have port ${first.port.published} of this machine`,
      hint: `Publish a range ("${first.port.published}-${Number(first.port.published) + replicas - 1}:${first.port.target}"), or let the engine choose: "${first.port.target}".`,
    };
  }),

  serviceRule(function* ignoredPorts({ name, network_mode: mode, ports }, _, path) {
    if (ports === undefined || ports.length === 0 || (mode !== 'host' && mode !== 'none')) return;
    yield {
      code: 'lint.ignored-ports',
      severity: 'warning',
      path: [...path, 'ports'],
      message: `services.${name}: ports have no effect with network_mode ${quote(mode)}`,
      hint:
        mode === 'host'
          ? 'The program listens on the ports of this machine itself: remove ports, or network_mode.'
          : 'Remove one of the two.',
    };
  }),

  serviceRule(function* unquotedPort({ name, ports }, { tree }, path) {
    for (const index of (ports ?? []).keys()) {
      const node = nodeAt(tree, [...path, 'ports', index]);
      const text = node === undefined ? '' : sourceTextOf(node);
      if (!/^\d+(?::[0-5]?\d)+$/.test(text)) continue;
      yield {
        code: 'lint.unquoted-port',
        severity: 'warning',
        path: [...path, 'ports', index],
        message: `services.${name}: ${text} without quotes is a number of base 60 (${base60(text)}) to programs that read YAML 1.1`,
        hint: `Quote it: "${text}".`,
      };
    }
  }),
];

/** By the port in the container. */
const databases: ReadonlyMap<number, string> = new Map([
  [1433, 'SQL Server'],
  [1521, 'Oracle'],
  [2379, 'etcd'],
  [3306, 'MySQL'],
  [5432, 'PostgreSQL'],
  [5984, 'CouchDB'],
  [6379, 'Redis'],
  [7687, 'Neo4j'],
  [9042, 'Cassandra'],
  [9200, 'Elasticsearch'],
  [11211, 'memcached'],
  [27017, 'MongoDB'],
]);

function isEverywhere(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** Ports with one fixed number on the host. */
function usedPorts({
  ports = [],
  network_mode: mode,
}: Service): readonly { readonly index: number; readonly port: Port }[] {
  if (mode === 'host' || mode === 'none') return [];
  return [...ports.entries()].flatMap(([index, port]) =>
    /^[1-9]\d*$/.test(port.published ?? '') ? [{ index, port }] : [],
  );
}

/** The two families of addresses do not get in each other's way when both are named. */
function overlap(left: string, right: string): boolean {
  if (left === right || left === '' || right === '') return true;
  const sameFamily = left.includes(':') === right.includes(':');
  return sameFamily && (isEverywhere(left) || isEverywhere(right));
}

function base60(text: string): number {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
