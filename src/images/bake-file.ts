import type { BuildSpec } from './build.ts';

/** A file for `docker buildx bake` that builds the same, as docker compose prints it. */
export function bakeFile(specs: readonly BuildSpec[]): string {
  const names = new Map(specs.map((spec) => [spec.tags[0], targetName(spec)]));
  const file = {
    group: { default: { targets: specs.map(targetName) } },
    target: Object.fromEntries(specs.map((spec) => [targetName(spec), target(spec, names)])),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Bake takes no dots in names. */
function targetName({ service }: BuildSpec): string {
  return service.replaceAll('.', '_');
}

function target(spec: BuildSpec, names: ReadonlyMap<string, string>): Record<string, unknown> {
  const several = spec.platforms.length > 1;
  const output = spec.end === 'push' ? 'type=registry' : several ? 'type=image,push=false' : 'type=docker';
  const all = {
    context: spec.context,
    contexts: mapValues(spec.contexts, (place) => {
      const other = names.get(place.replace(/^docker-image:\/\//, ''));
      return other === undefined ? place : `target:${other}`;
    }),
    ...(spec.dockerfileInline === undefined
      ? { dockerfile: spec.dockerfile }
      : { 'dockerfile-inline': escaped(spec.dockerfileInline) }),
    args: mapValues(spec.args, escaped),
    labels: mapValues(spec.labels, escaped),
    tags: spec.tags,
    'cache-from': spec.cacheFrom,
    'cache-to': spec.cacheTo,
    target: spec.target,
    secret: spec.secrets.map(({ id, file, variable }) =>
      file === undefined ? `id=${id},type=env,env=${variable ?? id}` : `id=${id},type=file,src=${file}`,
    ),
    ssh: spec.ssh,
    platforms: spec.platforms,
    pull: spec.pull || undefined,
    'no-cache': spec.noCache || undefined,
    'no-cache-filter': spec.noCacheFilter,
    network: spec.network,
    'shm-size': spec.shmSize === undefined ? undefined : String(spec.shmSize),
    ulimits: spec.ulimits,
    entitlements: [...spec.entitlements, ...(spec.privileged ? ['security.insecure'] : [])],
    'extra-hosts': Object.fromEntries(spec.extraHosts.map((entry) => splitAt(entry, entry.indexOf('=')))),
    attest: [
      ...(spec.provenance === undefined ? [] : [`type=provenance,${attestation(spec.provenance)}`]),
      ...(spec.sbom === undefined ? [] : [`type=sbom,${attestation(spec.sbom)}`]),
    ],
    ...(spec.end === 'check' ? { call: 'lint' } : { output: [output] }),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !isEmpty(value)));
}

/** Bake has variables of its own. */
function escaped(text: string): string {
  return text.replaceAll('${', () => '$${');
}

function attestation(value: string): string {
  if (value === 'false') return 'disabled=true';
  return value === 'true' ? 'mode=min' : value;
}

function splitAt(text: string, at: number): readonly [string, string] {
  return [text.slice(0, at), text.slice(at + 1)];
}

function mapValues(
  values: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
}
