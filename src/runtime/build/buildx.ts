import { isAbsolute, join } from 'node:path';
import type { BuildSpec } from '../../images/index.ts';

/** The words of `docker buildx build`, without the program; an inline Dockerfile comes by standard input. */
export function buildxWords(spec: BuildSpec): readonly string[] {
  const list = (flag: string, values: readonly string[]): readonly string[] =>
    values.flatMap((value) => [flag, value]);
  const pairs = (values: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(values).map(([key, value]) => `${key}=${value}`);
  const one = (flag: string, value: string | number | undefined): readonly string[] =>
    value === undefined ? [] : [flag, String(value)];
  return [
    'build',
    ...one('--builder', spec.builder),
    ...['--progress', 'plain'],
    ...endWords(spec),
    ...list('--tag', spec.tags),
    ...one('--file', spec.dockerfileInline === undefined ? dockerfileOf(spec) : '-'),
    ...one('--target', spec.target),
    ...list('--build-arg', pairs(spec.args)),
    ...list('--label', pairs(spec.labels)),
    ...(spec.platforms.length === 0 ? [] : ['--platform', spec.platforms.join(',')]),
    ...list('--cache-from', spec.cacheFrom),
    ...list('--cache-to', spec.cacheTo),
    ...(spec.noCache ? ['--no-cache'] : []),
    ...list('--no-cache-filter', spec.noCacheFilter),
    ...(spec.pull ? ['--pull'] : []),
    ...list(
      '--add-host',
      spec.extraHosts.map((entry) => entry.replace('=', ':')),
    ),
    ...one('--network', spec.network),
    ...one('--shm-size', spec.shmSize),
    ...list('--ulimit', spec.ulimits),
    ...list('--allow', [...spec.entitlements, ...(spec.privileged ? ['security.insecure'] : [])]),
    ...list('--ssh', spec.ssh),
    ...list('--secret', spec.secrets.map(secretWord)),
    ...list('--build-context', pairs(spec.contexts)),
    ...one('--provenance', spec.provenance),
    ...one('--sbom', spec.sbom),
    spec.context,
  ];
}

/** An image for several platforms fits into few engines; where it does, it is there all the same. */
function endWords({ end, platforms }: BuildSpec): readonly string[] {
  if (end !== undefined) return [`--${end}`];
  return platforms.length > 1 ? ['--output', 'type=image,push=false'] : ['--load'];
}

/** In the context, unless it is somewhere else altogether; in one that is fetched, the builder looks for it. */
export function dockerfileOf({ context, dockerfile }: BuildSpec): string | undefined {
  if (dockerfile === undefined || isAbsolute(dockerfile) || !isAbsolute(context)) return dockerfile;
  return join(context, dockerfile);
}

/** As a line of comma-separated values. */
export function secretWord({ id, file, variable }: BuildSpec['secrets'][number]): string {
  return file === undefined
    ? `${field(`id=${id}`)},${field(`env=${variable ?? id}`)}`
    : `${field(`id=${id}`)},${field(`src=${file}`)}`;
}

function field(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
