import type { MountSpec } from '../../volumes/index.ts';
import type { ContainerSpec, HealthcheckSpec } from '../spec.ts';
import type { ApiVersion } from './api-version.ts';
import type { NetworkingBody } from './endpoints.ts';
import { optional } from './fields.ts';
import { hostConfig } from './host-config.ts';
import { mountBodies } from './mounts.ts';
import { portBodies } from './ports.ts';
import { requireApi } from './support.ts';

export interface CreateInput {
  readonly spec: ContainerSpec;
  /** The spec's mounts after inheritance. */
  readonly mounts: readonly MountSpec[];
  readonly networking: NetworkingBody;
  /** The image's entrypoint; only looked at when the spec clears the command and keeps the entrypoint. */
  readonly imageEntrypoint?: readonly string[];
}

/** The body of POST /containers/create. Throws `engine.capability` for what this API version cannot say. */
export function createBody(api: ApiVersion, input: CreateInput): unknown {
  const { spec, networking } = input;
  const ports = portBodies(spec);
  const entrypoint = spec.entrypoint ?? keptEntrypoint(input);
  return {
    ...optional('Hostname', spec.hostname),
    ...optional('Domainname', spec.domainname),
    ...optional('User', spec.user),
    ...optional('WorkingDir', spec.workingDir),
    Image: spec.image,
    ...optional('Cmd', spec.command),
    ...optional('Entrypoint', entrypoint),
    Env: spec.environment,
    Labels: spec.labels,
    Tty: spec.tty,
    OpenStdin: spec.stdinOpen,
    ...optional('StdinOnce', spec.stdinOnce),
    ...optional('StopSignal', spec.stopSignal),
    ...optional('StopTimeout', spec.stopTimeoutSeconds),
    ...optional('MacAddress', networking.macAddress),
    ...(spec.healthcheck === undefined
      ? {}
      : { Healthcheck: healthcheck(api, spec.service, spec.healthcheck) }),
    ExposedPorts: ports.exposed,
    HostConfig: {
      NetworkMode: networking.mode,
      PortBindings: ports.bindings,
      ...mountBodies(api, spec.service, input.mounts),
      ...hostConfig(api, spec),
    },
    NetworkingConfig: { EndpointsConfig: networking.endpoints },
  };
}

/**
 * An empty command means the image's to the engine, unless an entrypoint is given; so the image's entrypoint is
 * given, or one empty word that stands for none.
 */
function keptEntrypoint({ spec, imageEntrypoint }: CreateInput): readonly string[] | undefined {
  if (spec.command === undefined || spec.command.length > 0) return undefined;
  return imageEntrypoint === undefined || imageEntrypoint.length === 0 ? [''] : imageEntrypoint;
}

function healthcheck(api: ApiVersion, service: string, spec: HealthcheckSpec): unknown {
  if (spec.kind === 'disabled') return { Test: ['NONE'] };
  if (spec.startInterval !== undefined) {
    requireApi(api, 44, `services.${service}.healthcheck.start_interval`);
  }
  return {
    ...optional('Test', spec.test),
    ...optional('Interval', spec.interval),
    ...optional('Timeout', spec.timeout),
    ...optional('StartPeriod', spec.startPeriod),
    ...optional('StartInterval', spec.startInterval),
    ...optional('Retries', spec.retries),
  };
}
