import { FlotillaError } from '../../../core/error.ts';
import type { ImageConfig } from '../parts.ts';
import { archiveError } from './failure.ts';

/** What a configuration says (opencontainers/image-spec, config.md, with what docker adds to it). */
export interface ParsedConfig {
  readonly config: ImageConfig;
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** Unix time in milliseconds. */
  readonly createdAt?: number;
  readonly diffIds: readonly string[];
}

/** Larger than any that a program has written. */
export const largestConfig = 8 * 1024 * 1024;

/** Throws `image.archive` for what is no configuration of an image. */
export function parseConfig(bytes: Uint8Array, what: string): ParsedConfig {
  let value: Fields;
  try {
    value = fields(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    throw archiveError(what, 'its configuration is not JSON');
  }
  const { os, architecture, variant, created } = value;
  const diffIds = fields(value['rootfs'])['diff_ids'] ?? [];
  if (!Array.isArray(diffIds) || !diffIds.every(isDiffId))
    throw archiveError(what, 'its configuration does not list its layers');
  const createdAt = typeof created === 'string' ? Date.parse(created) : Number.NaN;
  return {
    config: configOf(fields(value['config'])),
    os: text(os) ?? 'linux',
    architecture: text(architecture) ?? '',
    ...optional('variant', text(variant)),
    ...optional('createdAt', Number.isNaN(createdAt) ? undefined : createdAt),
    diffIds,
  };
}

/** Throws `engine.capability` for an image of another operating system. */
export function checkRunnable(parsed: ParsedConfig, what: string): void {
  if (parsed.os === 'linux') return;
  throw new FlotillaError(
    'engine.capability',
    `${what} is an image for ${parsed.os}, and this engine runs linux`,
    {
      hint: 'Choose an image for linux.',
    },
  );
}

function configOf(value: Fields): ImageConfig {
  return {
    ...optional('user', text(value['User'])),
    environment: texts(value['Env']),
    entrypoint: texts(value['Entrypoint']),
    command: texts(value['Cmd']),
    ...optional('workingDir', text(value['WorkingDir'])),
    labels: Object.fromEntries(
      Object.entries(fields(value['Labels'])).filter(
        (pair): pair is [string, string] => typeof pair[1] === 'string',
      ),
    ),
    volumes: Object.keys(fields(value['Volumes'])),
    exposedPorts: Object.keys(fields(value['ExposedPorts'])),
    ...optional('stopSignal', text(value['StopSignal'])),
    ...optional('healthcheck', healthcheckOf(fields(value['Healthcheck']))),
  };
}

function healthcheckOf(value: Fields): ImageConfig['healthcheck'] {
  const test = texts(value['Test']);
  if (test.length === 0) return undefined;
  return {
    test,
    ...optional('interval', positive(value['Interval'])),
    ...optional('timeout', positive(value['Timeout'])),
    ...optional('startPeriod', positive(value['StartPeriod'])),
    ...optional('startInterval', positive(value['StartInterval'])),
    ...optional('retries', positive(value['Retries'])),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function isDiffId(value: unknown): value is string {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A command may be one text in old images. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** 0 means that nothing was said. */
function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [Name in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [Name in Key]?: Value });
}
