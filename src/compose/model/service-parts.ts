import type {
  BlkioConfig,
  Build,
  Dependency,
  DeviceMapping,
  DeviceRequest,
  EnvFile,
  FileReference,
  Healthcheck,
  Hook,
  Port,
  Service,
  ServiceModel,
  ServiceNetwork,
  ServiceVolume,
  ShellCommand,
  ThrottleDevice,
  WatchRule,
} from '../project.ts';
import { isNull } from '../tree/node.ts';
import type { Codec } from './codec.ts';
import {
  hosts,
  list,
  listOfText,
  mapOf,
  mappingOfText,
  mappingWithNull,
  multiOptions,
} from './collections.ts';
import {
  bool,
  deviceCount,
  duration,
  fileMode,
  int,
  size,
  text,
  textOnly,
  textOrInt,
  uint,
  uintOf,
  unquotedInt,
} from './scalars.ts';
import { field, struct } from './struct.ts';
import { ulimits } from './ulimits.ts';

/** `null` keeps what the image says, `[]` clears it. */
export const command: Codec<ShellCommand> = {
  decode: (node, context) => listOfText.decode(node, context),
  encode: (words) => words,
  isZero: (words) => words === null,
};

const sshKeys: NonNullable<Build['ssh']> extends readonly (infer Key)[] ? Codec<readonly Key[]> : never = {
  decode: (node, context) => {
    if (isNull(node)) return undefined;
    const keys = mappingWithNull.decode(node, context);
    if (keys === undefined || node.kind !== 'mapping') return undefined;
    return [...node.entries.keys()].map((id) => {
      const path = keys.get(id);
      return path === undefined || path === null ? { id } : { id, path };
    });
  },
  encode: (keys, { format }) =>
    keys.map(({ id, path }) =>
      path === undefined ? id : format === 'json' ? `${id}=${path}` : `${id}: ${path}`,
    ),
  isZero: (keys) => keys.length === 0,
};

export const fileReference = struct<FileReference>([
  field('source', text),
  field('target', text),
  field('uid', text),
  field('gid', text),
  field('mode', fileMode, 'absent'),
]);

export const build = struct<Build>([
  field('context', text),
  field('dockerfile', text),
  field('dockerfile_inline', text),
  field('entitlements', listOfText),
  field('args', mappingWithNull),
  field('provenance', text),
  field('sbom', text),
  field('ssh', sshKeys),
  field('labels', mappingOfText),
  field('cache_from', listOfText),
  field('cache_to', listOfText),
  field('no_cache', bool),
  field('no_cache_filter', listOfText),
  field('additional_contexts', mapOf(textOnly)),
  field('pull', bool),
  field('extra_hosts', hosts),
  field('isolation', text),
  field('network', text),
  field('target', text),
  field('secrets', list(fileReference)),
  field('shm_size', size),
  field('tags', listOfText),
  field('ulimits', ulimits),
  field('platforms', listOfText),
  field('privileged', bool),
]);

export const hook = struct<Hook>([
  field('command', command, 'never'),
  field('image', text),
  field('user', text),
  field('privileged', bool),
  field('working_dir', text),
  field('environment', mappingWithNull),
  field('per_replica', bool),
]);

const watchRule = struct<WatchRule>([
  field('path', text),
  field('action', text),
  field('target', text),
  field('exec', hook, 'zero', { jsonDefault: new Map([['command', null]]) }),
  field('include', listOfText),
  field('ignore', listOfText),
  field('initial_sync', bool),
]);

export const develop = struct<NonNullable<Service['develop']>>([field('watch', list(watchRule))]);

const throttle = list(
  struct<ThrottleDevice>([
    field('path', text, 'always', { jsonName: 'Path', zero: '' }),
    field('rate', size, 'always', { jsonName: 'Rate', zero: '0' }),
  ]),
);

export const blkio = struct<BlkioConfig>([
  field('weight', uintOf(16, unquotedInt)),
  field(
    'weight_device',
    list(
      struct<{ path: string; weight: number }>([
        field('path', text, 'always', { jsonName: 'Path', zero: '' }),
        field('weight', uintOf(16, unquotedInt), 'always', { jsonName: 'Weight', zero: 0 }),
      ]),
    ),
  ),
  field('device_read_bps', throttle),
  field('device_read_iops', throttle),
  field('device_write_bps', throttle),
  field('device_write_iops', throttle),
]);

export const dependency = struct<Dependency>([
  field('condition', text),
  field('restart', bool),
  field('required', bool, 'always'),
]);

export const deviceMapping = struct<DeviceMapping>([
  field('source', text),
  field('target', text),
  field('permissions', text),
]);

export const deviceRequest = struct<DeviceRequest>(
  [
    field('capabilities', listOfText),
    field('driver', text),
    field('count', deviceCount),
    field('device_ids', listOfText),
    field('options', mappingOfText),
  ],
  { extensible: false },
);

export const envFile = struct<EnvFile>([
  field('path', text),
  field('required', bool, 'opt-out'),
  field('format', text),
]);

export const healthcheck = struct<Healthcheck>([
  field('test', listOfText),
  field('timeout', duration, 'absent'),
  field('interval', duration, 'absent'),
  field('retries', uint, 'absent'),
  field('start_period', duration, 'absent'),
  field('start_interval', duration, 'absent'),
  field('disable', bool),
]);

export const logging = struct<NonNullable<Service['logging']>>([
  field('driver', text),
  field('options', mappingOfText),
]);

export const credentialSpec = struct<NonNullable<Service['credential_spec']>>([
  field('config', text),
  field('file', text),
  field('registry', text),
]);

export const provider = struct<NonNullable<Service['provider']>>([
  field('type', text),
  field('options', multiOptions),
]);

export const serviceModel = struct<ServiceModel>([field('endpoint_var', text), field('model_var', text)]);

export const serviceNetwork = struct<ServiceNetwork>([
  field('aliases', listOfText),
  field('driver_opts', mappingOfText),
  field('gw_priority', int),
  field('interface_name', text),
  field('ipv4_address', text),
  field('ipv6_address', text),
  field('link_local_ips', listOfText),
  field('mac_address', text),
  field('priority', int),
]);

export const port = struct<Port>([
  field('name', text),
  field('mode', text),
  field('host_ip', text),
  field('target', uintOf(32)),
  field('published', textOrInt),
  field('protocol', text),
  field('app_protocol', text),
]);

export const serviceVolume = struct<ServiceVolume>([
  field('type', text),
  field('source', text),
  field('target', text),
  field('read_only', bool),
  field('consistency', text),
  field(
    'bind',
    struct<NonNullable<ServiceVolume['bind']>>([
      field('selinux', text),
      field('propagation', text),
      field('create_host_path', bool, 'opt-out'),
      field('recursive', text),
    ]),
    'absent',
  ),
  field(
    'volume',
    struct<NonNullable<ServiceVolume['volume']>>([
      field('labels', mappingOfText),
      field('nocopy', bool),
      field('subpath', text),
    ]),
    'absent',
  ),
  field(
    'tmpfs',
    struct<NonNullable<ServiceVolume['tmpfs']>>([field('size', size), field('mode', unquotedInt)]),
    'absent',
  ),
  field('image', struct<NonNullable<ServiceVolume['image']>>([field('subpath', text)]), 'absent'),
]);
