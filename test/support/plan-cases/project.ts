import {
  type FileContents,
  type Hook,
  type Project,
  type Service,
  selectServices,
} from '../../../src/compose/index.ts';
import { projectName, type ServiceName, serviceName } from '../../../src/core/ids.ts';
import { withModels, withoutProviders, withVariables } from '../../../src/scheduler/desired/index.ts';
import type { ContentSketch, FileSketch, ResourceSketch, ServiceSketch } from './case.ts';

/** The project of a file, as the loader would normalise it. */
export function projectOf(file: FileSketch): Project {
  const services = new Map<ServiceName, Service>();
  const disabledServices = new Map<ServiceName, Service>();
  const taken = new Set<unknown>();
  for (const [name, sketch] of Object.entries(file.services).sort()) {
    const service = serviceOf(file, name, withoutTaken(sketch, taken));
    (sketch.disabled === true ? disabledServices : services).set(service.name, service);
  }
  return {
    name: projectName('shop'),
    workingDir: '/shop',
    configFiles: ['/shop/compose.yaml'],
    environmentFiles: [],
    environment: new Map(
      Object.entries(file.contents ?? {}).map(([key, { version = 0 }]) => [key.toUpperCase(), `${version}`]),
    ),
    profiles: [],
    services,
    disabledServices,
    networks: new Map(Object.keys(file.networks).map((key) => [key, networkOf(file, key)])),
    volumes: new Map(
      Object.entries(file.volumes).map(([key, sketch]) => [
        key,
        { name: nameOf(key, sketch), ...common(sketch) },
      ]),
    ),
    configs: new Map([['site', fileObject(file, 'site')]]),
    secrets: new Map([['token', fileObject(file, 'token')]]),
    models: new Map([['llm', { name: 'llm', model: `ai/model-${file.model ?? 0}` }]]),
    extensions: new Map(),
  };
}

/** What is in the files of configs and secrets. */
export function contentsOf({ contents = {} }: FileSketch): FileContents {
  return new Map(
    Object.entries(contents).map(([key, { version = 0 }]) => [
      `/shop/${key}`,
      { kind: 'known', bytes: new TextEncoder().encode(`${version}`) },
    ]),
  );
}

/** As `up` plans it: with what its providers and the program that serves its models have said. */
export function prepared({ said = 0 }: FileSketch, project: Project): Project {
  const told = withModels(project, new Map([['llm', `http://models-${said}`]])).project;
  const variables = { prefixed: new Map([['URL', `tcp://${said}`]]), raw: new Map<string, string>() };
  const names = [...told.services.values()].filter(({ provider }) => provider !== undefined);
  return withoutProviders(withVariables(told, new Map(names.map(({ name }) => [name, variables]))).project);
}

/** What is left of a project when only some services are named. */
export function selected(project: Project, names: readonly string[], noDeps: boolean): Project {
  const known = names.filter((name) => project.services.has(serviceName(name)));
  return selectServices(project, known, { dependencies: noDeps ? 'ignore' : 'include' });
}

/** A file in which two services have the same container name, port or address is refused. */
function withoutTaken(sketch: ServiceSketch, taken: Set<unknown>): ServiceSketch {
  const free = Object.entries(sketch).filter(([key, value]) => {
    if (key !== 'containerName' && key !== 'port' && key !== 'address') return true;
    if (taken.has(value)) return false;
    taken.add(value);
    return true;
  });
  return Object.fromEntries(free);
}

/** Where the networks have their addresses, so that services can ask for fixed ones. */
const subnets: Readonly<Record<string, string>> = { default: '10.50.0', back: '10.51.0' };

function networkOf(file: FileSketch, key: string) {
  const sketch = file.networks[key] ?? {};
  const subnet = subnetOf(file, key);
  return {
    name: nameOf(key, sketch),
    ipam: subnet === undefined ? {} : { config: [{ subnet: `${subnet}.0/24` }] },
    ...common(sketch),
  };
}

function subnetOf({ networks }: FileSketch, key: string): string | undefined {
  const sketch = networks[key];
  return sketch?.external === true || sketch?.name !== undefined ? undefined : subnets[key];
}

function nameOf(key: string, sketch: ResourceSketch): string {
  if (sketch.external === true) return `theirs_${key}`;
  return sketch.name === undefined ? `shop_${key}` : `shop_${key}_${sketch.name}`;
}

function common({ external, version }: ResourceSketch) {
  return {
    ...(external === true ? { external: true } : {}),
    ...(version === undefined ? {} : { labels: new Map([['version', `${version}`]]) }),
  };
}

function fileObject({ contents = {} }: FileSketch, key: string) {
  const { from = 'content', version = 0 }: ContentSketch = contents[key] ?? {};
  const source = { content: `${version}`, file: `/shop/${key}`, environment: key.toUpperCase() }[from];
  return { name: `shop_${key}`, [from]: source };
}

function serviceOf(file: FileSketch, name: string, sketch: ServiceSketch): Service {
  const needs = needsOf(file, name, sketch);
  if (sketch.provided === true) {
    return {
      name: serviceName(name),
      command: null,
      entrypoint: null,
      provider: { type: 'cloud' },
      ...(needs.size === 0 ? {} : { depends_on: needs }),
    };
  }
  const namespaces = Object.entries(sketch.namespaces ?? {}).filter(([, other]) => exists(file, name, other));
  const modes = Object.fromEntries(
    namespaces.map(([kind, other]) => [kind === 'network' ? 'network_mode' : kind, `service:${other}`]),
  );
  const networks = (sketch.networks ?? []).filter((key) => file.networks[key] !== undefined);
  const [first] = networks;
  const scale = isNamed(sketch) ? 1 : (sketch.scale ?? 1);
  const fixed =
    scale === 1 && sketch.address !== undefined && first !== undefined && subnetOf(file, first) !== undefined
      ? { ipv4_address: `${subnetOf(file, first)}.${sketch.address}` }
      : undefined;
  const hasOwnNetwork = modes['network_mode'] === undefined;
  const volumes = [
    ...(sketch.volumes ?? [])
      .filter((key) => file.volumes[key] !== undefined)
      .map((key) => ({ type: 'volume', source: key, target: `/${key}` }) as const),
    ...(sketch.anonymous === true ? [{ type: 'volume', target: '/scratch' } as const] : []),
  ];
  return {
    name: serviceName(name),
    image: sketch.image ?? 'busybox',
    command: ['run', `${sketch.version ?? 0}`],
    entrypoint: null,
    scale,
    ...(sketch.containerName === undefined ? {} : { container_name: sketch.containerName }),
    ...(needs.size === 0 ? {} : { depends_on: needs }),
    ...modes,
    ...(hasOwnNetwork
      ? {
          networks: new Map(
            networks.map((key) => [key, key === first && fixed !== undefined ? fixed : null]),
          ),
        }
      : {}),
    ...(exists(file, name, sketch.volumesFrom) ? { volumes_from: [`${sketch.volumesFrom}`] } : {}),
    ...(hasOwnNetwork && exists(file, name, sketch.link) ? { links: [`${sketch.link}`] } : {}),
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(hasOwnNetwork && sketch.port !== undefined && scale === 1
      ? { ports: [{ mode: 'ingress', target: 80, published: `${sketch.port}`, protocol: 'tcp' }] }
      : {}),
    ...(isProbed(file, name) ? { healthcheck: { test: ['CMD', 'true'] } } : {}),
    ...(sketch.pull === undefined ? {} : { pull_policy: sketch.pull }),
    ...hooksOf(sketch),
    ...filesOf(sketch),
    ...(sketch.usesModel === true ? { models: new Map([['llm', null]]) } : {}),
  };
}

function hooksOf({ hooks = {} }: ServiceSketch): Partial<Service> {
  return Object.fromEntries(
    Object.entries(hooks).map(([kind, count]) => [
      kind,
      Array.from({ length: count }, (_, index): Hook => ({ command: ['hook', `${index}`] })),
    ]),
  );
}

function filesOf({ files = [], owned, readOnly, onChange }: ServiceSketch): Partial<Service> {
  const reference = (source: string) => ({ source, ...(owned === true ? { uid: '100' } : {}) });
  const configs = files.filter((key) => key === 'site').map(reference);
  const secrets = files.filter((key) => key === 'token').map(reference);
  return {
    ...(configs.length === 0 ? {} : { configs }),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(readOnly === true ? { read_only: true } : {}),
    ...(onChange === undefined
      ? {}
      : { extensions: new Map([['x-flotilla', { on_content_change: onChange }]]) }),
  };
}

function isNamed({ containerName }: ServiceSketch): boolean {
  return containerName !== undefined;
}

/** What others wait for to be healthy has a health check. */
function isProbed({ services }: FileSketch, name: string): boolean {
  return (
    services[name]?.health === true ||
    Object.values(services).some(({ needs }) => needs?.[name]?.condition === 'service_healthy')
  );
}

/** Shared namespaces, links and volumes_from are needs too; the first two ask for a restart. */
function needsOf(file: FileSketch, name: string, sketch: ServiceSketch): NonNullable<Service['depends_on']> {
  const needs = new Map<
    ServiceName,
    NonNullable<Service['depends_on']> extends ReadonlyMap<ServiceName, infer D> ? D : never
  >();
  for (const [other, need] of Object.entries(sketch.needs ?? {})) {
    const provided = file.services[other]?.provided === true && file.services[other].disabled !== true;
    if (!exists(file, name, other) && !provided && need.optional !== true) continue;
    if (file.services[other] === undefined || other >= name) continue;
    needs.set(serviceName(other), {
      // Nobody can share the namespaces of a job that has ended.
      condition:
        provided || (need.condition === 'service_completed_successfully' && sharesNamespaces(file, other))
          ? 'service_started'
          : (need.condition ?? 'service_started'),
      required: need.optional !== true,
      ...(need.restart === true ? { restart: true } : {}),
    });
  }
  const implied = [...Object.values(sketch.namespaces ?? {}), sketch.link]
    .filter((other) => exists(file, name, other))
    .map((other) => [other, true] as const);
  const lender = exists(file, name, sketch.volumesFrom) ? [[sketch.volumesFrom, false] as const] : [];
  for (const [other, restart] of [...implied, ...lender]) {
    const key = serviceName(`${other}`);
    if (!needs.has(key)) needs.set(key, { condition: 'service_started', required: true, restart });
  }
  return needs;
}

function sharesNamespaces({ services }: FileSketch, name: string): boolean {
  return Object.values(services).some(({ namespaces }) => Object.values(namespaces ?? {}).includes(name));
}

/** Whether a service can refer to another one: it is in the file, active, and stands before this one. */
function exists({ services }: FileSketch, name: string, other: string | undefined): boolean {
  const sketch = other === undefined ? undefined : services[other];
  const isContainer = sketch !== undefined && sketch.disabled !== true && sketch.provided !== true;
  return other !== undefined && isContainer && other < name;
}
