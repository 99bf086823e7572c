import type { FileContents, Project, Service } from '../../compose/index.ts';
import { composeVersion, labels } from '../../core/labels.ts';
import { imageName } from '../../images/index.ts';
import { networkAttachment, publishedPorts } from '../../network/index.ts';
import type {
  ContainerSpec,
  HealthcheckSpec,
  NamespaceMode,
  RestartPolicySpec,
} from '../../runtime/index.ts';
import { serviceMounts } from '../../volumes/index.ts';
import { contentDigests } from './content.ts';
import { definitionLabel } from './definition.ts';
import { dependsOnLabel } from './depends-on-label.ts';
import { fileMounts } from './files.ts';
import { optional } from './optional.ts';
import { resources } from './resources.ts';

export interface ReplicaOptions {
  /** Replica number from 1. */
  readonly number: number;
  /** `container:alias` pairs of `links` and `external_links`. */
  readonly links: readonly string[];
  /** What is in the files of configs and secrets, as far as it is known. */
  readonly contents?: FileContents;
  /** The volume in which those of them are that cannot be put into the container. */
  readonly filesVolume?: string;
}

/** The container that replica `number` of a service shall be; `service:x` references are still unresolved. */
export function containerSpec(project: Project, service: Service, options: ReplicaOptions): ContainerSpec {
  const name = containerName(project, service, options.number);
  return {
    project: project.name,
    service: service.name,
    number: options.number,
    name,
    image: imageName(project, service),
    ...optional('platform', service.platform),
    ...optional('command', service.command ?? undefined),
    ...optional('entrypoint', service.entrypoint ?? undefined),
    environment: [...(service.environment ?? [])].map(([key, value]) =>
      value === null ? key : `${key}=${value}`,
    ),
    labels: containerLabels(project, service, options),
    annotations: Object.fromEntries(service.annotations ?? []),
    ...optional('workingDir', service.working_dir),
    ...optional('user', service.user),
    ...optional('hostname', service.hostname),
    ...optional('domainname', service.domainname),
    tty: service.tty ?? false,
    stdinOpen: service.stdin_open ?? false,
    ...optional('init', service.init),
    ...optional('healthcheck', healthcheck(service)),
    ...optional('stopSignal', service.stop_signal),
    ...optional('stopTimeoutSeconds', stopTimeout(service)),
    ...optional('restart', restartPolicy(service)),
    mounts: [...serviceMounts(project, service), ...fileMounts(project, service, options)],
    volumesFrom: (service.volumes_from ?? []).map(volumesFromReference),
    network: networkAttachment(project, service, { containerName: name, links: options.links }),
    ports: publishedPorts(service),
    expose: (service.expose ?? []).map((port) => (port.includes('/') ? port : `${port}/tcp`)),
    dns: service.dns ?? [],
    dnsOptions: service.dns_opt ?? [],
    dnsSearch: service.dns_search ?? [],
    extraHosts: [...(service.extra_hosts ?? [])].flatMap(([host, addresses]) =>
      addresses.map((address) => `${host}:${address}`),
    ),
    ...optional('macAddress', service.mac_address),
    ...optional('ipc', namespaceMode(service.ipc)),
    ...optional('pid', namespaceMode(service.pid)),
    ...optional('uts', service.uts),
    ...optional('userns', service.userns_mode),
    ...optional('cgroup', service.cgroup),
    ...optional('cgroupParent', service.cgroup_parent),
    readOnly: service.read_only ?? false,
    privileged: service.privileged ?? false,
    capAdd: service.cap_add ?? [],
    capDrop: service.cap_drop ?? [],
    groupAdd: service.group_add ?? [],
    securityOptions: service.security_opt ?? [],
    sysctls: Object.fromEntries(service.sysctls ?? []),
    ulimits: [...(service.ulimits ?? [])].map(([limit, value]) =>
      typeof value === 'number' ? { name: limit, soft: value, hard: value } : { name: limit, ...value },
    ),
    devices: (service.devices ?? []).map((device) => ({
      source: device.source,
      target: device.target ?? device.source,
      permissions: device.permissions ?? 'rwm',
    })),
    deviceCgroupRules: service.device_cgroup_rules ?? [],
    deviceRequests: deviceRequests(service),
    resources: resources(service),
    ...optional('shmSize', service.shm_size),
    storageOptions: Object.fromEntries(service.storage_opt ?? []),
    ...optional('runtime', service.runtime),
    ...optional('isolation', service.isolation),
    ...optional('logging', logging(service)),
  };
}

export function containerName(project: Project, service: Service, number: number): string {
  return service.container_name ?? [project.name, service.name, number].join(project.separator ?? '-');
}

/** Config hash and image label join when the container is created: both can depend on what the run itself makes. */
function containerLabels(
  project: Project,
  service: Service,
  { number, contents, filesVolume }: ReplicaOptions,
): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(service.labels ?? []),
    [labels.project]: project.name,
    [labels.service]: service.name,
    [labels.version]: composeVersion,
    [labels.workingDir]: project.workingDir,
    [labels.configFiles]: project.configFiles.join(','),
    ...(project.environmentFiles.length === 0
      ? {}
      : { [labels.environmentFile]: project.environmentFiles.join(',') }),
    [labels.oneOff]: 'False',
    [labels.containerNumber]: String(number),
    [labels.dependsOn]: dependsOnLabel(service),
    ...optional(labels.definition, definitionLabel(project, service)),
    ...optional(labels.content, contentLabel(project, service, contents)),
    ...optional(labels.filesVolume, filesVolume),
  };
}

function contentLabel(
  project: Project,
  service: Service,
  contents: FileContents | undefined,
): string | undefined {
  const digests = contentDigests(project, service, contents);
  return digests === undefined ? undefined : JSON.stringify(digests);
}

function healthcheck(service: Service): HealthcheckSpec | undefined {
  const check = service.healthcheck;
  if (check === undefined) return undefined;
  if (check.disable === true || check.test?.[0] === 'NONE') return { kind: 'disabled' };
  return {
    kind: 'probe',
    ...optional('test', check.test),
    ...optional('interval', check.interval),
    ...optional('timeout', check.timeout),
    ...optional('startPeriod', check.start_period),
    ...optional('startInterval', check.start_interval),
    ...optional('retries', check.retries),
  };
}

/** Engines count whole seconds; a part of a second rounds up so that 500 ms is not "kill at once". */
export function stopTimeout(service: Pick<Service, 'stop_grace_period'>): number | undefined {
  return service.stop_grace_period === undefined ? undefined : Math.ceil(service.stop_grace_period / 1e9);
}

/** `deploy.restart_policy` wins over `restart`, as in docker compose. */
function restartPolicy(service: Service): RestartPolicySpec | undefined {
  const policy = service.deploy?.restart_policy;
  if (policy !== undefined) {
    switch (policy.condition) {
      case 'none':
      case 'no':
        return { name: 'no' };
      case 'on-failure':
        return { name: 'on-failure', ...optional('maximumRetries', policy.max_attempts) };
      case 'unless-stopped':
        return { name: 'unless-stopped' };
      case undefined:
        // The specification says "any"; docker compose sends no policy at all, and its users rely on that.
        return undefined;
      default:
        return { name: 'always', ...optional('maximumRetries', policy.max_attempts) };
    }
  }
  if (service.restart === undefined) return undefined;
  const [name, retries] = service.restart.split(':');
  return {
    name: name as RestartPolicySpec['name'],
    ...optional(
      'maximumRetries',
      retries === undefined ? undefined : /^\d+$/.test(retries) ? Number(retries) : 0,
    ),
  };
}

function namespaceMode(text: string | undefined): NamespaceMode | undefined {
  if (text === undefined) return undefined;
  if (text.startsWith('service:')) return { kind: 'container', container: text };
  if (text.startsWith('container:')) return { kind: 'container', container: text.slice('container:'.length) };
  return { kind: 'mode', mode: text };
}

/** `db`, `db:ro`, `container:name`, `container:name:ro`; services keep a prefix until they are resolved. */
function volumesFromReference(entry: string): string {
  return entry.startsWith('container:') ? entry.slice('container:'.length) : `service:${entry}`;
}

function deviceRequests(service: Service): ContainerSpec['deviceRequests'] {
  const reserved = (service.deploy?.resources.reservations?.devices ?? []).map((request) => ({
    request,
    capabilities: request.capabilities ?? [],
  }));
  const gpus = (service.gpus ?? []).map((request) => ({
    request,
    capabilities: [...(request.capabilities ?? []), 'gpu'],
  }));
  return [...gpus, ...reserved].map(({ request, capabilities }) => ({
    ...optional('driver', request.driver),
    ...optional('count', request.count),
    deviceIds: request.device_ids ?? [],
    capabilities,
    options: Object.fromEntries(request.options ?? []),
  }));
}

function logging(service: Service): ContainerSpec['logging'] {
  const driver = service.logging?.driver ?? service.log_driver;
  const options = service.logging?.options ?? service.log_opt;
  return driver === undefined && options === undefined
    ? undefined
    : { ...optional('driver', driver), options: Object.fromEntries(options ?? []) };
}
