import type { Build, Project, Service } from '../compose/index.ts';
import type { ServiceName } from '../core/ids.ts';
import { composeVersion, labels } from '../core/labels.ts';
import { imageName } from './policy.ts';

/** How the image of a service is built, everything resolved; a builder refuses what it cannot honour. */
export interface BuildSpec {
  readonly service: ServiceName;
  /** Names that the image gets; containers use the first. */
  readonly tags: readonly [string, ...string[]];
  /** An absolute path, or a URL that the builder fetches. */
  readonly context: string;
  /** Absent: `Dockerfile`; relative to the context. */
  readonly dockerfile?: string;
  /** The text of the Dockerfile, instead of a file. */
  readonly dockerfileInline?: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly platforms: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly noCache: boolean;
  readonly noCacheFilter: readonly string[];
  /** Look for newer images that it begins with. */
  readonly pull: boolean;
  /** `host=address`. */
  readonly extraHosts: readonly string[];
  readonly network?: string;
  /** Bytes. */
  readonly shmSize?: number;
  /** `name=soft:hard`. */
  readonly ulimits: readonly string[];
  readonly privileged: boolean;
  readonly entitlements: readonly string[];
  /** `default`, or `id=path`. */
  readonly ssh: readonly string[];
  readonly secrets: readonly BuildSecret[];
  /** Where other contexts are, by name: a path, a URL, `docker-image://…`. */
  readonly contexts: Readonly<Record<string, string>>;
  readonly provenance?: string;
  readonly sbom?: string;
  readonly isolation?: string;
  /** What is done with what was built; absent: the engine has it, to run it. */
  readonly end?: 'push' | 'check';
  /** The builder by its name, where there are several. */
  readonly builder?: string;
}

export interface BuildSecret {
  readonly id: string;
  /** Where it is: a file, or a variable of the builder's environment. */
  readonly file?: string;
  readonly variable?: string;
}

/** What a command line says about all builds. */
export interface BuildOptions {
  readonly noCache?: boolean;
  readonly pull?: boolean;
  /** They win over the file's. */
  readonly args?: Readonly<Record<string, string>>;
  readonly ssh?: readonly string[];
  /** Containers are made of it at once: of several platforms the machine's is enough. */
  readonly toRun?: boolean;
  /** Those with a name of their own go to its registry, instead of into the engine. */
  readonly push?: boolean;
  /** Nothing is built, only looked at. */
  readonly check?: boolean;
  readonly builder?: string;
  /** They win over the file's. */
  readonly provenance?: string;
  readonly sbom?: string;
}

const servicePrefix = 'service:';

/** The services whose images a build takes files from. */
export function buildDependencies({ build }: Pick<Service, 'build'>): readonly ServiceName[] {
  return [...(build?.additional_contexts?.values() ?? [])].flatMap((place) =>
    place.startsWith(servicePrefix) ? [place.slice(servicePrefix.length) as ServiceName] : [],
  );
}

/** Throws when the service has nothing to build. */
export function buildSpec(project: Project, service: Service, options: BuildOptions = {}): BuildSpec {
  const { build } = service;
  if (build === undefined) throw new Error(`bug in Flotilla: "${service.name}" has nothing to build`);
  return {
    service: service.name,
    tags: [imageName(project, service), ...(build.tags ?? [])],
    context: build.context ?? project.workingDir,
    ...pick('dockerfile', build.dockerfile),
    ...pick('dockerfileInline', build.dockerfile_inline),
    ...pick('target', build.target),
    args: { ...argsOf(project, build), ...options.args },
    labels: {
      ...Object.fromEntries(build.labels ?? []),
      [labels.project]: project.name,
      [labels.service]: service.name,
      [labels.version]: composeVersion,
    },
    platforms: platformsOf(service, options),
    cacheFrom: build.cache_from ?? [],
    cacheTo: build.cache_to ?? [],
    noCache: options.noCache ?? build.no_cache ?? false,
    noCacheFilter: build.no_cache_filter ?? [],
    pull: options.pull ?? build.pull ?? false,
    extraHosts: [...(build.extra_hosts ?? [])].flatMap(([host, addresses]) =>
      addresses.map((address) => `${host}=${address}`),
    ),
    ...pick('network', build.network),
    ...pick('shmSize', build.shm_size === undefined ? undefined : Number(build.shm_size)),
    ulimits: [...(build.ulimits ?? [])].map(([name, limit]) =>
      typeof limit === 'number' ? `${name}=${limit}:${limit}` : `${name}=${limit.soft}:${limit.hard}`,
    ),
    privileged: build.privileged ?? false,
    entitlements: build.entitlements ?? [],
    ssh: options.ssh ?? (build.ssh ?? []).map(({ id, path }) => (path === undefined ? id : `${id}=${path}`)),
    secrets: secretsOf(project, build),
    contexts: contextsOf(project, build),
    ...pick('provenance', options.provenance ?? build.provenance),
    ...pick('sbom', options.sbom ?? build.sbom),
    ...pick('isolation', build.isolation),
    ...pick('end', endOf(service, options)),
    ...pick('builder', options.builder),
  };
}

function endOf({ image }: Service, { push, check }: BuildOptions): BuildSpec['end'] {
  if (check === true) return 'check';
  // Only who gives it a name says which registry it is for.
  return push === true && image !== undefined ? 'push' : undefined;
}

function platformsOf({ build, platform }: Service, { toRun = false }: BuildOptions): readonly string[] {
  const all = build?.platforms ?? [];
  if (platform !== undefined && (toRun || all.length === 0)) return [platform];
  // The builder knows the machine.
  return toRun && all.length > 1 ? [] : all;
}

/** `KEY` without a value takes that of the project's environment, and is left out when there is none. */
function argsOf(project: Project, { args }: Build): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...(args ?? [])].flatMap(([key, value]) => {
      const known = value ?? project.environment.get(key);
      return known === undefined ? [] : [[key, known]];
    }),
  );
}

function secretsOf(project: Project, { secrets = [] }: Build): readonly BuildSecret[] {
  return secrets.map(({ source = '', target }) => {
    const secret = project.secrets.get(source);
    return {
      id: target ?? source,
      ...pick('file', secret?.file),
      ...pick('variable', secret?.environment),
    };
  });
}

function contextsOf(project: Project, build: Build): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...(build.additional_contexts ?? [])].map(([name, place]) => {
      if (!place.startsWith(servicePrefix)) return [name, place];
      const other = place.slice(servicePrefix.length) as ServiceName;
      const service = project.services.get(other) ?? project.disabledServices.get(other);
      return [name, `docker-image://${service === undefined ? place : imageName(project, service)}`];
    }),
  );
}

function pick<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [Name in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [Name in Key]: Value });
}
