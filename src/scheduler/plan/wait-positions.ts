import type { GatesInput } from './gates.ts';
import type { UpInput } from './up-input.ts';

/** Where the file says that a service is waited for: the dependent's `depends_on`, and its own `healthcheck`. */
export function waitPositions({ project, locate }: UpInput): NonNullable<GatesInput['positionsOf']> {
  return (service, dependent) => {
    const dependsOn =
      dependent === undefined ? undefined : locate(['services', dependent, 'depends_on', service]);
    const healthcheck =
      project.services.get(service)?.healthcheck === undefined
        ? undefined
        : locate(['services', service, 'healthcheck']);
    return {
      ...(dependsOn === undefined ? {} : { dependsOn }),
      ...(healthcheck === undefined ? {} : { healthcheck }),
    };
  };
}
