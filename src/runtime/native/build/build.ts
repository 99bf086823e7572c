import { createWriteStream, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FlotillaError, messageOf } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { BuildSpec } from '../../../images/index.ts';
import { dockerfileOf, secretWord } from '../../build/buildx.ts';
import { runBuilder } from '../../build/run-builder.ts';
import type { BuildImageOptions } from '../../driver.ts';
import { findOnPath } from '../../find-program.ts';
import { runCommand } from '../../process.ts';
import type { Engine } from '../engine.ts';
import { basesOf } from './bases.ts';
import { builderPlaces, enterBuilder } from './cache.ts';

/**
 * As `Driver.buildImage`, by buildah. Images that the build begins with come from our own store, where they are pulled
 * with our own means; buildah keeps its layers, its cache among them, in a store beside ours.
 */
export async function buildImage(
  engine: Engine,
  spec: BuildSpec,
  options: BuildImageOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const program = await findOnPath('buildah', engine.environment);
  if (program === undefined) throw noBuilder(spec);
  refuseUnsupported(spec);
  const scratch = await enterBuilder(engine);
  const { storage, running } = builderPlaces(engine.root);
  const environment = {
    ...engine.environment,
    ...options.environment,
    // Images come from our store; it would only insist on a file in there.
    DOCKER_CONFIG: undefined,
  };
  const base = [
    // What it mounts is its own, and gone with it.
    ...['unshare', '--mount'],
    program,
    ...['--root', storage, '--runroot', running],
  ] as const;
  const call = async (...words: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await runCommand([...base, ...words], { environment }, signal);
    if (exitCode === 0) return stdout.trim();
    throw new FlotillaError('image.build', `buildah ${words[0]} failed: ${stderr.trim()}`);
  };
  try {
    const text = dockerfileText(spec);
    const provide = (reference: string): Promise<string> =>
      provideBase(engine, { spec, reference, scratch, call, options }, signal);
    const contexts = new Map(Object.entries(spec.contexts));
    for (const { name, isStage } of basesOf(text, spec)) {
      const id = await provide(name);
      // A context would stand in the stage's place, too.
      if (isStage) await call('tag', id, name);
      else contexts.set(name, `container-image://${id}`);
    }
    for (const [name, place] of Object.entries(spec.contexts)) {
      if (!place.startsWith(imagePrefix)) continue;
      contexts.set(name, `container-image://${await provide(place.slice(imagePrefix.length))}`);
    }
    const file = dockerfilePath(spec) ?? join(scratch, 'Dockerfile');
    if (spec.dockerfileInline !== undefined) writeFileSync(file, text);
    const idFile = join(scratch, 'id');
    await runBuilder(
      spec,
      {
        command: [
          ...base,
          ...buildahWords(spec, { file, idFile, contexts, secrets: secretWords(spec, scratch) }),
        ],
        environment,
        onLine: options.onLine ?? (() => {}),
      },
      signal,
    );
    await takeOver(engine, spec, { id: readFileSync(idFile, 'utf8').trim(), scratch, call }, signal);
    if (spec.end === 'push') await pushAll(engine, spec, options, signal);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

type Call = (...words: readonly string[]) => Promise<string>;

interface Wanted {
  readonly spec: BuildSpec;
  readonly reference: string;
  readonly scratch: string;
  readonly call: Call;
  readonly options: BuildImageOptions;
}

const imagePrefix = 'docker-image://';

/** Has buildah know an image that we have, or can pull; resolves to its id there. */
async function provideBase(
  { parts }: Engine,
  { spec, reference, scratch, call, options }: Wanted,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { images } = parts;
  if (spec.pull || (await images.find(reference)) === undefined) {
    const credentials = await options.credentialsFor?.(reference);
    await images.pull(reference, credentials === undefined ? {} : { credentials }, signal);
  }
  const image = await images.find(reference);
  if (image === undefined) throw new Error(`bug in Flotilla: the image ${reference} is not where it was put`);
  const id = image.observed.id.replace(/^sha256:/, '');
  // By its id, and not by one of its names: a Dockerfile may use any of them, or a digest.
  const known = await call('inspect', '--type', 'image', '--format', '{{.FromImageID}}', id).catch(() => '');
  if (known === id) return id;
  const archive = join(scratch, 'base.tar');
  await pipeline(await images.save([image.observed.id]), createWriteStream(archive));
  const pulled = await call('pull', '--quiet', `docker-archive:${archive}`);
  rmSync(archive);
  return pulled.replace(/^sha256:/, '');
}

/** Brings what was built into our store; nothing is copied when that has it already. */
async function takeOver(
  { parts }: Engine,
  { tags }: BuildSpec,
  { id, scratch, call }: { readonly id: string; readonly scratch: string; readonly call: Call },
  signal: AbortSignal | undefined,
): Promise<void> {
  const { images } = parts;
  const [first, ...others] = tags;
  if ((await images.find(id)) === undefined) {
    const archive = join(scratch, 'image.tar');
    await call('push', '--quiet', id, `docker-archive:${archive}:${withTag(first)}`);
    await images.load({ kind: 'path', path: archive }, {}, signal);
  } else {
    await images.tag(id, first);
  }
  for (const other of others) await images.tag(first, other);
}

async function pushAll(
  { parts }: Engine,
  { tags }: BuildSpec,
  { credentialsFor, onLine }: BuildImageOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const tag of tags) {
    onLine?.(`pushing ${tag}`);
    const credentials = await credentialsFor?.(tag);
    await parts.images.push(tag, credentials === undefined ? {} : { credentials }, signal);
  }
}

/** An archive has no default tag. */
function withTag(reference: string): string {
  return /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;
}

/** Undefined for an inline one. Where it is counts: what is ignored may be written beside it. */
function dockerfilePath(spec: BuildSpec): string | undefined {
  if (spec.dockerfileInline !== undefined) return undefined;
  return dockerfileOf(spec) ?? join(spec.context, 'Dockerfile');
}

function dockerfileText(spec: BuildSpec): string {
  const path = dockerfilePath(spec);
  if (path === undefined) return spec.dockerfileInline ?? '';
  if (!isAbsolute(spec.context)) {
    throw new FlotillaError(
      'image.build-unsupported',
      `the build context ${quote(spec.context)} has to be fetched, which the native engine cannot do yet`,
      { hint: 'Clone it, and give its folder as the context.' },
    );
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new FlotillaError(
      'image.build',
      `cannot read the Dockerfile of service "${spec.service}": ${messageOf(error)}`,
      {
        hint: 'Check build.context and build.dockerfile.',
        cause: error,
      },
    );
  }
}

/** The words of `buildah build`, without the program and its store. */
function buildahWords(
  spec: BuildSpec,
  {
    file,
    idFile,
    contexts,
    secrets,
  }: {
    readonly file: string;
    readonly idFile: string;
    /** By name, where they are. */
    readonly contexts: ReadonlyMap<string, string>;
    readonly secrets: readonly string[];
  },
): readonly string[] {
  const list = (flag: string, values: readonly string[]): readonly string[] =>
    values.flatMap((value) => [flag, value]);
  const pairs = (values: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(values).map(([key, value]) => `${key}=${value}`);
  return [
    'build',
    // Without control groups and namespaces of its own it works wherever this does. The format knows health checks.
    ...['--isolation', 'chroot', '--format', 'docker', '--layers', '--pull-never'],
    ...['--file', file, '--iidfile', idFile],
    ...(spec.target === undefined ? [] : ['--target', spec.target]),
    ...list('--build-arg', pairs(spec.args)),
    ...list('--label', pairs(spec.labels)),
    ...list('--platform', spec.platforms),
    ...(spec.noCache ? ['--no-cache'] : []),
    ...list(
      '--add-host',
      spec.extraHosts.map((entry) => entry.replace('=', ':')),
    ),
    ...(spec.network === undefined || spec.network === 'default' ? [] : ['--network', spec.network]),
    ...(spec.shmSize === undefined ? [] : ['--shm-size', String(spec.shmSize)]),
    ...list('--ulimit', spec.ulimits),
    ...list('--ssh', spec.ssh),
    ...list('--secret', secrets),
    ...list('--build-context', pairs(Object.fromEntries(contexts))),
    spec.context,
  ];
}

/** buildah takes a file's name up to its first comma; such a file gets another name. */
function secretWords({ secrets }: BuildSpec, scratch: string): readonly string[] {
  return secrets.map((secret, index) => {
    if (secret.file?.includes(',') !== true) return secretWord(secret);
    const file = join(scratch, `secret-${index}`);
    symlinkSync(secret.file, file);
    return secretWord({ id: secret.id, file });
  });
}

function refuseUnsupported(spec: BuildSpec): void {
  const asked: readonly (readonly [boolean, string])[] = [
    [spec.platforms.length > 1, 'build.platforms with more than one platform'],
    [spec.cacheFrom.length > 0, 'build.cache_from'],
    [spec.cacheTo.length > 0, 'build.cache_to'],
    [spec.noCacheFilter.length > 0, 'build.no_cache_filter'],
    [spec.privileged, 'build.privileged'],
    [spec.entitlements.length > 0, 'build.entitlements'],
    [isAskedFor(spec.provenance), 'build.provenance'],
    [isAskedFor(spec.sbom), 'build.sbom'],
    [spec.isolation !== undefined && spec.isolation !== 'default', 'build.isolation'],
  ];
  const flag = spec.end === 'check' ? 'check' : spec.builder === undefined ? undefined : 'builder';
  if (flag !== undefined) {
    throw new FlotillaError('image.build-unsupported', `builds of the native engine know no --${flag}`, {
      hint: 'Leave the flag away, or build on Docker.',
    });
  }
  const found = asked.find(([isAsked]) => isAsked);
  if (found === undefined) return;
  throw new FlotillaError(
    'image.build-unsupported',
    `services.${spec.service}.${found[1]} is nothing that builds of the native engine know`,
    { hint: 'Take it out, or build the image elsewhere and load it with `flotilla image load`.' },
  );
}

function isAskedFor(attestation: string | undefined): boolean {
  return attestation !== undefined && attestation !== 'false';
}

function noBuilder({ service }: BuildSpec): FlotillaError {
  return new FlotillaError(
    'image.build-unsupported',
    `service "${service}" has to be built, and there is no builder here`,
    {
      hint: 'Install buildah: `apt-get install buildah`. Or build the image elsewhere, and load it with `flotilla image load`.',
    },
  );
}
