import type { Deploy, Resource, UpdateConfig } from '../project.ts';
import { invalid } from './codec.ts';
import { list, listOfText, mappingOfText } from './collections.ts';
import { int64Of } from './exact.ts';
import { duration, float32, int, size, text, uint } from './scalars.ts';
import { deviceRequest } from './service-parts.ts';
import { field, struct } from './struct.ts';

const emptyObject = new Map();

const updateConfig = struct<UpdateConfig>([
  field('parallelism', uint, 'absent'),
  field('delay', duration),
  field('failure_action', text),
  field('monitor', duration),
  field('max_failure_ratio', float32),
  field('order', text),
]);

/** A whole number beyond 64 bits with a sign is none, a fraction may be as large as it likes. */
const cpus: typeof float32 = {
  ...float32,
  decode: (node, context) =>
    node.kind === 'scalar' && typeof node.value === 'bigint' && int64Of(node) === undefined
      ? invalid(node, context, 'a number')
      : float32.decode(node, context),
};

const resource = struct<Resource>([
  field('cpus', cpus),
  field('memory', size),
  field('pids', int),
  field('devices', list(deviceRequest)),
  field(
    'generic_resources',
    list(
      struct<{ discrete_resource_spec?: { kind: string; value: number } }>([
        field(
          'discrete_resource_spec',
          struct<{ kind: string; value: number }>([
            field('kind', text, 'always', { zero: '' }),
            field('value', int, 'always', { zero: 0 }),
          ]),
          'absent',
        ),
      ]),
    ),
  ),
]);

export const deploy = struct<Deploy>([
  field('mode', text),
  field('replicas', int, 'absent'),
  field('labels', mappingOfText),
  field('update_config', updateConfig, 'absent'),
  field('rollback_config', updateConfig, 'absent'),
  field(
    'resources',
    struct<Deploy['resources']>([
      field('limits', resource, 'absent'),
      field('reservations', resource, 'absent'),
    ]),
    'zero',
    { jsonDefault: emptyObject },
  ),
  field(
    'restart_policy',
    struct<NonNullable<Deploy['restart_policy']>>([
      field('condition', text),
      field('delay', duration, 'absent'),
      field('max_attempts', uint, 'absent'),
      field('window', duration, 'absent'),
    ]),
    'absent',
  ),
  field(
    'placement',
    struct<Deploy['placement']>([
      field('constraints', listOfText),
      field('preferences', list(struct<{ spread?: string }>([field('spread', text)]))),
      field('max_replicas_per_node', uint),
    ]),
    'zero',
    { jsonDefault: emptyObject },
  ),
  field('endpoint_mode', text),
]);
