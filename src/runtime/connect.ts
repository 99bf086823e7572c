import type { Driver } from './driver.ts';

/** Everything that choosing and reaching a runtime needs from outside; nothing is read from `process`. */
export interface ConnectOptions {
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

/** The one place where a driver is chosen. Rejects with an `engine.…` FlotillaError that says what is missing. */
export async function connect(options: ConnectOptions, signal?: AbortSignal): Promise<Driver> {
  const { connectDocker } = await import('./docker/index.ts');
  return await connectDocker(options, signal);
}
