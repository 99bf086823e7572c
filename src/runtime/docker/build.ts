import { FlotillaError } from '../../core/error.ts';
import type { BuildSpec } from '../../images/index.ts';
import { buildxWords } from '../build/buildx.ts';
import { runBuilder } from '../build/run-builder.ts';
import type { BuildImageOptions } from '../driver.ts';
import { findPlugin } from '../find-program.ts';

/** Where buildx finds the engine: as the docker CLI would. */
export interface BuilderHome {
  /** Where an engine answered that the docker CLI would not have found. */
  readonly found?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly host?: string;
  readonly context?: string;
  readonly configDir?: string;
}

/** As `Driver.buildImage`, by docker's buildx plugin, which speaks to BuildKit in the engine. */
export async function buildImage(
  home: BuilderHome,
  spec: BuildSpec,
  options: BuildImageOptions,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  if (spec.isolation !== undefined && spec.isolation !== 'default') {
    throw new FlotillaError('image.build-unsupported', `isolation "${spec.isolation}" is not supported`, {
      hint: 'Only engines on Windows have another one than the default.',
    });
  }
  const plugin = await findPlugin('buildx', home.environment);
  if (plugin === undefined) throw noBuildx(spec);
  await runBuilder(
    spec,
    {
      command: [plugin, ...buildxWords(spec)],
      environment: { ...home.environment, ...options.environment, ...engineVariables(home) },
      ...(spec.dockerfileInline === undefined ? {} : { input: spec.dockerfileInline }),
      onLine: options.onLine ?? (() => {}),
    },
    signal,
  );
}

/**
 * It speaks to the engine that this program speaks to: what `-H`, `--context` and `--config` say counts, and what a
 * project's `.env` says does not.
 */
function engineVariables({
  environment,
  found,
  host,
  context,
  configDir,
}: BuilderHome): Readonly<Record<string, string | undefined>> {
  return {
    ...Object.fromEntries(namesOfEngines.map((name) => [name, environment[name]])),
    ...(found === undefined ? {} : { DOCKER_HOST: found }),
    ...(configDir === undefined ? {} : { DOCKER_CONFIG: configDir }),
    ...(host === undefined ? {} : { DOCKER_HOST: host, DOCKER_CONTEXT: undefined }),
    ...(context === undefined ? {} : { DOCKER_CONTEXT: context, DOCKER_HOST: undefined }),
  };
}

const namesOfEngines = [
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'DOCKER_TLS',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'DOCKER_API_VERSION',
] as const;

function noBuildx({ service }: BuildSpec): FlotillaError {
  return new FlotillaError(
    'image.build-unsupported',
    `service "${service}" has to be built, and docker's buildx plugin is not here`,
    {
      hint: 'Install it (`apt-get install docker-buildx-plugin`, or docker-buildx), or build the image by `docker build` yourself.',
    },
  );
}
