import { FlotillaError, messageOf } from '../core/error.ts';

export interface DockerConfigOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** `--config`: docker's configuration folder; absent: DOCKER_CONFIG, then `~/.docker`. */
  readonly configDir?: string;
  readonly files: TextFiles;
}

export interface TextFiles {
  /** Rejects with the system's error (`code: 'ENOENT'`, …). */
  readText(path: string): Promise<string>;
}

/** docker's config.json; nobody has checked the types of what is in it. */
export interface DockerConfig {
  readonly path: string;
  readonly settings: {
    readonly currentContext?: string;
    readonly HttpHeaders?: Readonly<Record<string, string>>;
    readonly detachKeys?: unknown;
  };
}

/** Without settings when the file is not there or empty. Rejects with `engine.context` when it cannot be read. */
export async function readDockerConfig(options: DockerConfigOptions): Promise<DockerConfig> {
  const path = `${configDirOf(options)}/config.json`;
  const text = await readOptional(options.files, path);
  if (text === undefined || text.trim() === '') return { path, settings: {} };
  const refuse = (reason: string, cause?: unknown): never => {
    throw new FlotillaError('engine.context', `${path} ${reason}`, {
      hint: 'Repair the file, or point DOCKER_CONFIG elsewhere.',
      cause,
    });
  };
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch (error) {
    refuse(`is not valid JSON: ${messageOf(error)}`, error);
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    return refuse('is no JSON object');
  return { path, settings };
}

export function configDirOf(
  options: Pick<DockerConfigOptions, 'configDir' | 'environment' | 'home'>,
): string {
  return options.configDir ?? (options.environment['DOCKER_CONFIG'] || `${options.home}/.docker`);
}

/** Undefined when there is no such file. */
export async function readOptional(files: TextFiles, path: string): Promise<string | undefined> {
  try {
    return await files.readText(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new FlotillaError('engine.context', `cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}
