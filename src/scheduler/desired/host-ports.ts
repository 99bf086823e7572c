import { crowdedPort, type PortClaim, type Project, portClaims, sharedPorts } from '../../compose/index.ts';
import { quote } from '../../core/text.ts';
import type { Finding } from './finding.ts';

/** Ports of the host that two containers of this project would want. */
export function hostPorts(project: Project): readonly Finding[] {
  const claims = [...project.services.values()].flatMap(portClaims);
  return [...claims.flatMap(scaledPort), ...takenPorts(project, claims)];
}

function scaledPort(claim: PortClaim): readonly Finding[] {
  const crowd = crowdedPort(claim);
  if (crowd === undefined) return [];
  const { service, port, index } = claim;
  const { first, free, replicas } = crowd;
  const needed = `"${first}-${first + replicas - 1}:${port.target}"`;
  return [
    {
      code: 'compose.conflict',
      path: ['services', service.name, 'ports', index],
      message: `services.${service.name}.ports[${index}]: ${replicas} containers cannot share ${free === 1 ? `port ${first}` : `${free} ports`} of this machine`,
      hint: `Give a range such as ${needed}, leave the port to the engine with "${port.target}", or run one container.`,
    },
  ];
}

function takenPorts(project: Project, claims: readonly PortClaim[]): readonly Finding[] {
  return sharedPorts(project, claims).map(({ claim, owner, number }) => {
    const whose =
      owner.service === claim.service
        ? `services.${owner.service.name}.ports[${owner.index}]`
        : `service ${quote(owner.service.name)}`;
    return {
      code: 'compose.conflict',
      path: ['services', claim.service.name, 'ports', claim.index],
      message: `services.${claim.service.name}.ports[${claim.index}]: port ${number} of this machine is already taken by ${whose}`,
      hint: 'Publish one of them on another port; containers reach each other by service name without any published port.',
    };
  });
}
