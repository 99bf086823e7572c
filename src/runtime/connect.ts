import { FlotillaError, messageOf } from '../core/error.ts';
import { quote } from '../core/text.ts';
import type { Driver } from './driver.ts';
import type { Leftover } from './housekeeping.ts';

/** Everything that choosing and reaching a runtime needs from outside; nothing is read from `process`. */
export interface ConnectOptions {
  /** `--runtime`; absent: FLOTILLA_RUNTIME, then `auto`. */
  readonly runtime?: RuntimeChoice;
  /** The program that supervises projects of the native engine, with its first words; absent: beside this file. */
  readonly supervisor?: readonly [string, ...string[]];
  /** `-H`: where the engine listens. */
  readonly host?: string;
  /** `--context`: a docker context. */
  readonly context?: string;
  /** `--tls…`; absent: DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH decide. */
  readonly tls?: {
    readonly verify: boolean;
    /** Paths of PEM files. */
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
  };
  /** `--config`: docker's configuration folder; absent: DOCKER_CONFIG, then `~/.docker`. */
  readonly configDir?: string;
  /** Hosts of registries, with their ports, that the native engine may speak to without TLS. */
  readonly insecureRegistries?: readonly string[];
  /** The process environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly files: {
    /** Rejects with the system's error (`code: 'ENOENT'`, …). */
    readText(path: string): Promise<string>;
  };
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** `auto`: a Docker engine where one answers, else the native engine where it can run. */
export type RuntimeChoice = 'docker' | 'native' | 'auto';

const choices: readonly RuntimeChoice[] = ['docker', 'native', 'auto'];

/** The one place where a driver is chosen. Rejects with an `engine.…` FlotillaError that says what is missing. */
export async function connect(options: ConnectOptions, signal?: AbortSignal): Promise<Driver> {
  const runtime = options.runtime ?? runtimeFrom(options.environment['FLOTILLA_RUNTIME']);
  if (runtime === 'native') return await native(options, signal);
  try {
    const { connectDocker } = await import('./docker/index.ts');
    return await connectDocker(options, signal);
  } catch (error) {
    if (runtime === 'docker' || !isAbsence(error) || (await namesAnEngine(options))) throw error;
    return await native(options, signal, error);
  }
}

/** `dockerFailure`: why there is no Docker engine, when one was looked for first. */
async function native(
  options: ConnectOptions,
  signal: AbortSignal | undefined,
  dockerFailure?: unknown,
): Promise<Driver> {
  const { connectNative } = await import('./native/index.ts');
  return await connectNative(
    { ...options, ...(dockerFailure === undefined ? {} : { dockerFailure }) },
    signal,
  );
}

/** What a runtime has to say for itself. */
export interface RuntimeReport {
  readonly runtime: 'docker' | 'native';
  readonly isUsable: boolean;
  /** One sentence each: what is there, or what is missing. */
  readonly findings: readonly string[];
  readonly hint?: string;
  /** What killed commands had left behind. */
  readonly leftovers?: readonly Leftover[];
}

export interface ExamineOptions extends ConnectOptions {
  /** What to do about what killed commands have left behind. */
  readonly leftovers: 'find' | 'mend';
}

/** Looks at every runtime, usable or not; changes nothing but leftovers. Rejects only with the signal's reason. */
export async function examineRuntimes(
  options: ExamineOptions,
  signal?: AbortSignal,
): Promise<readonly RuntimeReport[]> {
  return await Promise.all([examineDocker(options, signal), examineNativeEngine(options, signal)]);
}

async function examineDocker(
  options: ConnectOptions,
  signal: AbortSignal | undefined,
): Promise<RuntimeReport> {
  try {
    const { connectDocker } = await import('./docker/index.ts');
    const driver = await connectDocker(options, signal);
    const { product, version, apiVersion } = await driver.version(signal);
    await driver.close();
    const findings = [`${product} ${version} (API ${apiVersion}) at ${driver.endpoint}`];
    return { runtime: 'docker', isUsable: true, findings };
  } catch (error) {
    signal?.throwIfAborted();
    const hint = error instanceof FlotillaError ? error.hint : undefined;
    const findings = [messageOf(error)];
    return { runtime: 'docker', isUsable: false, findings, ...(hint === undefined ? {} : { hint }) };
  }
}

async function examineNativeEngine(
  options: ExamineOptions,
  signal: AbortSignal | undefined,
): Promise<RuntimeReport> {
  const { examineNative, searchLeftovers } = await import('./native/index.ts');
  const { missing, optional, install } = await examineNative(options);
  if (missing.length === 0) {
    const packages = optional.map(({ name }) => name).join(' ');
    const hint = optional.length === 0 ? {} : { hint: `\`apt-get install ${packages}\` adds what it lacks.` };
    const report = { runtime: 'native', isUsable: true, ...hint } as const;
    const has = [
      'it has all that it needs',
      ...optional.map(({ name, use }) => `but for ${use}, which need ${name}`),
    ];
    try {
      const leftovers = await searchLeftovers(options, options.leftovers, signal);
      return { ...report, findings: has, ...(leftovers.length === 0 ? {} : { leftovers }) };
    } catch (error) {
      signal?.throwIfAborted();
      return {
        ...report,
        findings: [...has, `what it has left behind cannot be looked at: ${messageOf(error)}`],
      };
    }
  }
  return {
    runtime: 'native',
    isUsable: false,
    findings: missing.map((each) => `it lacks ${each}`),
    ...(install === undefined ? {} : { hint: `Install it with \`${install}\`.` }),
  };
}

function runtimeFrom(value: string | undefined): RuntimeChoice {
  if (value === undefined || value === '') return 'auto';
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw new FlotillaError('cli.usage', `unsupported FLOTILLA_RUNTIME value ${quote(value)}`, {
    hint: `It is one of ${choices.join(', ')}.`,
  });
}

/**
 * No engine is there. One that is there and refuses, because it is just being restarted, say, is to be spoken about: a
 * second stack beside that on Docker would begin with empty volumes.
 */
function isAbsence(error: unknown): boolean {
  return error instanceof FlotillaError && error.code === 'engine.not-found';
}

/** Whoever names an engine means that one, also by `docker context use`. */
async function namesAnEngine(options: ConnectOptions): Promise<boolean> {
  const { isNamed } = await import('./docker/index.ts');
  return await isNamed(options);
}

/** Looks after a project of the native engine until it ends; see native/supervisor. */
export async function superviseProject(
  options: ConnectOptions & { readonly project: string; readonly pid: number },
): Promise<void> {
  const { superviseNative } = await import('./native/index.ts');
  await superviseNative(options);
}
