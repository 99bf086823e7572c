import { fields, listOf, mapOf, pairs } from './shapes.ts';
import { duration, type Gen, int, oneOf, str, textSize } from './source.ts';
import { plain } from './yaml-tree.ts';

const update = fields({
  parallelism: int(0, 1, 2),
  delay: duration,
  failure_action: str('continue', 'pause', 'rollback'),
  monitor: duration,
  max_failure_ratio: oneOf(
    () => plain('0.1'),
    () => plain('0'),
    str('0.25'),
    () => plain('1e-3'),
  ),
  order: (source) => str(source.odd() ? 'x' : 'start-first', 'stop-first')(source),
});

const cpus = oneOf(
  str('0.50', '1', '0.25', '1.5'),
  () => plain('0.5'),
  () => plain('2'),
  () => plain('0.001'),
);

const generic = listOf(
  fields(
    {
      discrete_resource_spec: fields({ kind: str('gpu', 'ssd'), value: int(1, 2) }, ['kind', 'value']),
    },
    ['discrete_resource_spec'],
  ),
  2,
);

const deviceRequests = listOf(
  (source) =>
    fields(
      {
        capabilities: listOf(str('gpu', 'nvidia-compute', 'tpu')),
        driver: str('nvidia', 'cdi'),
        ...(source.random.chance(0.5)
          ? { count: oneOf(int(1, 4), str('all')) }
          : { device_ids: listOf(oneOf(str('0', '3', 'GPU-abc'))) }),
        options: mapOf(['virtualization', 'a'], str('false', 'x')),
      },
      ['capabilities'],
    )(source),
  2,
);

export const deploy: Gen = fields(
  {
    mode: str('replicated', 'global', 'replicated-job'),
    endpoint_mode: str('vip', 'dnsrr'),
    replicas: int(0, 1, 2, 6),
    labels: pairs(['com.example.a', 'b'], ['x', '', 'y z', '$s']),
    update_config: update,
    rollback_config: update,
    resources: fields(
      {
        limits: fields({ cpus, memory: textSize, pids: int(1, 100) }, [], 0.6),
        reservations: fields(
          { cpus, memory: textSize, devices: deviceRequests, generic_resources: generic },
          [],
          0.5,
        ),
      },
      [],
      0.7,
    ),
    restart_policy: fields({
      condition: str('on-failure', 'any', 'none'),
      delay: duration,
      max_attempts: int(0, 3),
      window: duration,
    }),
    placement: fields({
      constraints: listOf(str('node.role == manager', 'node.labels.disktype==ssd')),
      preferences: listOf(fields({ spread: str('node.labels.zone') }, ['spread'])),
      max_replicas_per_node: int(1, 2),
    }),
  },
  [],
  0.35,
);
