import { nodeAt } from '../../explain/find.ts';
import type { ModelPath } from '../../project.ts';
import { type Rule, serviceRule, sourceTextOf } from '../subject.ts';

const leastMemory = 6 * 1024 * 1024;

/** Sizes and modes that the engine refuses or that mean something else. */
export const limitRules: readonly Rule[] = [
  serviceRule(function* reservationAboveLimit(service, _, path) {
    const { limits, reservations } = service.deploy?.resources ?? {};
    const limit = service.mem_limit ?? limits?.memory;
    const reserved = service.mem_reservation ?? reservations?.memory;
    if (!limit || !reserved || reserved <= limit) return;
    const place =
      service.mem_reservation === undefined
        ? ['deploy', 'resources', 'reservations', 'memory']
        : ['mem_reservation'];
    yield {
      code: 'lint.reservation-above-limit',
      severity: 'error',
      path: [...path, ...place],
      message: `services.${service.name} reserves ${reserved} bytes of memory and may use ${limit} at most: the engine refuses that`,
      hint: 'Make the reservation smaller than the limit.',
    };
  }),

  serviceRule(function* memoryTooSmall(service, _, path) {
    const limit = service.mem_limit ?? service.deploy?.resources.limits?.memory;
    if (!limit || limit < 0 || limit >= leastMemory) return;
    const place =
      service.mem_limit === undefined ? ['deploy', 'resources', 'limits', 'memory'] : ['mem_limit'];
    yield {
      code: 'lint.memory-too-small',
      severity: 'error',
      path: [...path, ...place],
      message: `services.${service.name}: ${limit} bytes of memory are less than the 6 MB that an engine asks for at least`,
      hint: `A number without a unit counts bytes: write "${limit}m" for megabytes.`,
    };
  }),

  serviceRule(function* decimalMode(service, { tree }, path) {
    for (const key of ['configs', 'secrets'] as const) {
      for (const [index] of (service[key] ?? []).entries()) {
        const place: ModelPath = [...path, key, index, 'mode'];
        const node = nodeAt(tree, place);
        const text = node === undefined ? '' : sourceTextOf(node);
        if (!/^[1-7][0-7]{2}$/.test(text)) continue;
        yield {
          code: 'lint.decimal-mode',
          severity: 'warning',
          path: place,
          message: `services.${service.name}: mode ${text} is a decimal number, 0${Number(text).toString(8)} in octal`,
          hint: `Write 0${text} for the permissions that are meant.`,
        };
      }
    }
  }),
];
