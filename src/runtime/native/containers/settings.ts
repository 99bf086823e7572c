import type { ContainerSpec } from '../../spec.ts';
import type { ContainerRecord } from './record.ts';

/** A container's settings as fields of an image configuration; of what is absent the image's count. */
export function settingsOf({ spec, image: { config } }: ContainerRecord) {
  const said = new Set(spec.environment.map(nameOf));
  const entrypoint = spec.entrypoint ?? config.entrypoint;
  const ports = [...spec.expose, ...spec.ports.map(({ target, protocol }) => `${target}/${protocol}`)];
  return {
    // The image's command belongs to the image's entry point.
    Cmd: spec.command ?? (spec.entrypoint === undefined ? config.command : []),
    Entrypoint: entrypoint.length === 0 ? null : entrypoint,
    Env: [
      ...spec.environment.filter((entry) => entry.includes('=')),
      ...config.environment.filter((entry) => !said.has(nameOf(entry))),
    ],
    Labels: { ...config.labels, ...spec.labels },
    ExposedPorts: Object.fromEntries([...config.exposedPorts, ...ports].map((port) => [port, {}])),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(spec.workingDir === undefined ? {} : { WorkingDir: spec.workingDir }),
    ...(spec.stopSignal === undefined ? {} : { StopSignal: spec.stopSignal }),
    ...healthcheckOf(spec, config.healthcheck),
  };
}

function nameOf(entry: string): string {
  return entry.split('=', 1)[0] ?? '';
}

function healthcheckOf(
  { healthcheck }: ContainerSpec,
  known: ContainerRecord['image']['config']['healthcheck'],
): { readonly Healthcheck?: object } {
  if (healthcheck === undefined) return {};
  if (healthcheck.kind === 'disabled') return { Healthcheck: { Test: ['NONE'] } };
  // What JSON leaves out is what neither of them says.
  return {
    Healthcheck: {
      Test: healthcheck.test ?? known?.test,
      Interval: healthcheck.interval ?? known?.interval,
      Timeout: healthcheck.timeout ?? known?.timeout,
      StartPeriod: healthcheck.startPeriod ?? known?.startPeriod,
      StartInterval: healthcheck.startInterval ?? known?.startInterval,
      Retries: healthcheck.retries ?? known?.retries,
    },
  };
}
