/** An image as the engine shows it. */
export interface ObservedImage {
  /** Content id that goes into the image label of containers: the image id, or the platform manifest's digest. */
  readonly digest: string;
  readonly id: string;
  readonly tags: readonly string[];
  /** `repository@sha256:…` references. */
  readonly repoDigests: readonly string[];
  /** Paths that the image declares as VOLUME. */
  readonly volumes: readonly string[];
  /** True when the image itself brings a health check. */
  readonly hasHealthcheck: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** When it last got a tag, by a pull or a build; Unix time in milliseconds. Absent when the engine does not tell. */
  readonly taggedAt?: number;
}

/** Progress of a pull, in bytes over all layers that are known so far. */
export interface PullProgress {
  readonly current: number;
  readonly total: number;
  readonly text: string;
}

/** Credentials for one registry, as the Engine API takes them. */
export interface RegistryCredentials {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}
