import { createHash } from 'node:crypto';
import { FlotillaError, messageOf } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import {
  configDirOf,
  type DockerConfigOptions,
  readDockerConfig,
  readOptional,
  type TextFiles,
} from '../docker-config.ts';
import { defaultSocket, type EngineAddress, parseAddress, type TlsMaterial } from './address.ts';

export interface DiscoverOptions extends DockerConfigOptions {
  /** `-H`. */
  readonly host?: string;
  /** `--context`. */
  readonly context?: string;
  /** `--tls…` of the command line; absent: DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH decide. */
  readonly tls?: TlsFiles;
}

export interface TlsFiles {
  readonly verify: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Where to look for the engine, best place first. Only the default search has more than one place. */
export interface Discovery {
  readonly addresses: readonly EngineAddress[];
  /** What led there, for messages: `DOCKER_HOST`, `context "lab"`, `default`. */
  readonly origin: string;
  /** Headers that docker's config.json adds to every request. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Finds the engine as the docker command does: `-H`, `--context`, DOCKER_HOST, DOCKER_CONTEXT, `currentContext` of
 * config.json, then the default sockets, to which the rootless and the Podman ones are added.
 * Throws `engine.context`, `engine.tls`, `engine.not-found` or `engine.capability`.
 */
export async function discoverEngine(options: DiscoverOptions): Promise<Discovery> {
  const { environment } = options;
  const configDir = configDirOf(options);
  const { settings: config } = await readDockerConfig(options);
  const found = (addresses: readonly EngineAddress[], origin: string): Discovery => ({
    addresses,
    origin,
    headers: config.HttpHeaders ?? {},
  });
  if (options.host !== undefined && options.context !== undefined) {
    throw new FlotillaError('engine.context', 'both a host (-H) and a context (--context) are given', {
      hint: 'Give one of them.',
    });
  }
  const fromHost = async (text: string, origin: string): Promise<Discovery> =>
    found([parseAddress(text, origin, await environmentTls(options, configDir))], origin);
  const fromContext = async (name: string, origin: string): Promise<Discovery> => {
    if (name !== 'default') return found([await readContext(options.files, configDir, name, origin)], origin);
    if (environment['DOCKER_HOST']) return await fromHost(environment['DOCKER_HOST'], 'DOCKER_HOST');
    return found(defaultAddresses(options), 'default');
  };
  if (options.host !== undefined) return await fromHost(options.host, '-H');
  if (options.context !== undefined) {
    return await fromContext(options.context, `context ${quote(options.context)}`);
  }
  if (environment['DOCKER_HOST']) return await fromHost(environment['DOCKER_HOST'], 'DOCKER_HOST');
  const named = environment['DOCKER_CONTEXT'] || config.currentContext || 'default';
  return await fromContext(named, `context ${quote(named)}`);
}

/** Whether an engine was chosen by somebody, on the command line, in the environment or as the current context. */
export async function isNamed(options: DiscoverOptions): Promise<boolean> {
  const { host, context, environment } = options;
  if (host !== undefined || context !== undefined || environment['DOCKER_HOST']) return true;
  const { settings: config } = await readDockerConfig(options);
  return (environment['DOCKER_CONTEXT'] || config.currentContext || 'default') !== 'default';
}

interface ContextFile {
  readonly Endpoints?: {
    readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean };
  };
}

async function readContext(
  files: TextFiles,
  configDir: string,
  name: string,
  origin: string,
): Promise<EngineAddress> {
  const id = createHash('sha256').update(name).digest('hex');
  const path = `${configDir}/contexts/meta/${id}/meta.json`;
  const text = await readOptional(files, path);
  if (text === undefined) {
    throw new FlotillaError('engine.context', `there is no docker context named ${quote(name)}`, {
      hint: `It would be at ${path}; \`docker context ls\` lists those that exist.`,
    });
  }
  let host: string | undefined;
  let verify = true;
  try {
    const endpoint = (JSON.parse(text) as ContextFile).Endpoints?.docker;
    host = endpoint?.Host;
    verify = endpoint?.SkipTLSVerify !== true;
  } catch (error) {
    throw new FlotillaError('engine.context', `${path} is not valid JSON: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (!host) {
    throw new FlotillaError('engine.context', `the docker context ${quote(name)} has no docker endpoint`);
  }
  const folder = `${configDir}/contexts/tls/${id}/docker`;
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readOptional(files, `${folder}/${file}`)),
  );
  const hasTls = ca !== undefined || cert !== undefined || key !== undefined || !verify;
  return parseAddress(host, origin, hasTls ? tlsMaterial(verify, ca, cert, key) : undefined);
}

async function environmentTls(options: DiscoverOptions, configDir: string): Promise<TlsMaterial | undefined> {
  const { environment, files } = options;
  if (options.tls !== undefined) {
    const { verify, ca, cert, key } = options.tls;
    const read = async (path: string | undefined) =>
      path === undefined ? undefined : await readTlsFile(files, path);
    return tlsMaterial(verify, await read(ca), await read(cert), await read(key));
  }
  const verify = Boolean(environment['DOCKER_TLS_VERIFY']);
  if (!verify && !environment['DOCKER_TLS']) return undefined;
  const folder = environment['DOCKER_CERT_PATH'] || configDir;
  // A client certificate is optional, as for the docker command: the engine tells when it wants one.
  const [ca, cert, key] = await Promise.all([
    verify ? readTlsFile(files, `${folder}/ca.pem`) : undefined,
    readOptional(files, `${folder}/cert.pem`),
    readOptional(files, `${folder}/key.pem`),
  ]);
  return tlsMaterial(verify, ca, cert, key);
}

function tlsMaterial(
  verify: boolean,
  ca: string | undefined,
  cert: string | undefined,
  key: string | undefined,
): TlsMaterial {
  return {
    verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function defaultAddresses({ environment, home }: DiscoverOptions): readonly EngineAddress[] {
  const runtimeDir = environment['XDG_RUNTIME_DIR'];
  const paths = [
    defaultSocket,
    ...(runtimeDir ? [`${runtimeDir}/docker.sock`] : []),
    `${home}/.docker/run/docker.sock`,
    ...(runtimeDir ? [`${runtimeDir}/podman/podman.sock`] : []),
    '/run/podman/podman.sock',
  ];
  return paths.map((path) => ({ kind: 'unix', path }));
}

async function readTlsFile(files: TextFiles, path: string): Promise<string> {
  try {
    return await files.readText(path);
  } catch (error) {
    throw new FlotillaError('engine.tls', `cannot read ${path}: ${messageOf(error)}`, {
      hint: 'DOCKER_CERT_PATH must name the folder that holds ca.pem, cert.pem and key.pem.',
      cause: error,
    });
  }
}
