import { quote } from '../../core/text.ts';
import { type PortClaim, portClaims, rangeOf } from '../host-ports.ts';
import type { Refused, RefusedIn } from './refused.ts';

/** Ports that no host has. */
export function refusedPorts({ services }: RefusedIn): readonly Refused[] {
  return services.flatMap(portClaims).flatMap(impossiblePort);
}

function impossiblePort({ service: { name }, port, index }: PortClaim): readonly Refused[] {
  const path = ['services', name, 'ports', index];
  const at = `services.${name}.ports[${index}]`;
  const refused = (key: string, what: string, hint: string): Refused => ({
    path: [...path, key],
    message: `${at}: ${what}`,
    hint,
  });
  const { target = 0, published = '', protocol = 'tcp' } = port;
  return [
    ...(target < 1 || target > 65535
      ? [refused('target', `${target} is no port`, 'Ports go from 1 to 65535.')]
      : []),
    ...(published !== '' && rangeOf(published) === undefined
      ? [
          refused(
            'published',
            `${quote(published)} is no port or range`,
            'Write a port from 1 to 65535, or "8000-8010".',
          ),
        ]
      : []),
    ...(['', 'tcp', 'udp', 'sctp'].includes(protocol.toLowerCase())
      ? []
      : [refused('protocol', `there is no protocol ${quote(protocol)}`, 'Write "tcp", "udp" or "sctp".')]),
  ];
}
