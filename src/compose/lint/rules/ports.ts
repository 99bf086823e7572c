import { quote } from '../../../core/text.ts';
import { nodeAt } from '../../explain/find.ts';
import { crowdedPort, portClaims, sharedPorts } from '../../host-ports.ts';
import { type Finding, type Rule, serviceRule, sourceTextOf } from '../subject.ts';

/** What is reachable from where. */
export const portRules: readonly Rule[] = [
  serviceRule(function* openDatabasePort({ name, ports }, _, path) {
    for (const [index, port] of (ports ?? []).entries()) {
      const database = databases.get(port.target);
      if (database === undefined || port.published === undefined || (port.protocol || 'tcp') !== 'tcp')
        continue;
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
    const claims = [...project.services.values()].flatMap(portClaims);
    return sharedPorts(project, claims).map(({ claim, owner, number, protocol }): Finding => {
      const { name } = claim.service;
      const whose =
        owner.service === claim.service
          ? `its ports[${owner.index}] has`
          : `service ${quote(owner.service.name)} has`;
      return {
        code: 'lint.same-host-port',
        severity: 'error',
        path: ['services', name, 'ports', claim.index],
        message: `services.${name} publishes port ${number}/${protocol} of this machine, which ${whose} already`,
        hint: 'Give one of them another port on the left of the colon.',
      };
    });
  },

  serviceRule(function* scaledPort(service, _, path) {
    for (const claim of portClaims(service)) {
      const crowd = crowdedPort(claim);
      if (crowd === undefined) continue;
      const { first, free, replicas } = crowd;
      const some = free === 1 ? `one of them can have port ${first}` : `${free} of them can have a port`;
      yield {
        code: 'lint.scaled-port',
        severity: 'error',
        path: [...path, 'ports', claim.index],
        message: `services.${service.name} has ${replicas} replicas, and only ${some} of this machine`,
        hint: `Publish a range ("${first}-${first + replicas - 1}:${claim.port.target}"), or let the engine choose: "${claim.port.target}".`,
      };
    }
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

function base60(text: string): number {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
