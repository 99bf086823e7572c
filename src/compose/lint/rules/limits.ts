import { nodeAt } from '../../explain/find.ts';
import { leastMemory, memoryOf } from '../../memory-limits.ts';
import type { ModelPath } from '../../project.ts';
import { type Rule, serviceRule, sourceTextOf } from '../subject.ts';

/** Sizes and modes that the engine refuses or that mean something else. */
export const limitRules: readonly Rule[] = [
  serviceRule(function* reservationAboveLimit(service, _, path) {
    const { limit, reservation } = memoryOf(service);
    if (limit === undefined || reservation === undefined || reservation.bytes <= limit.bytes) return;
    yield {
      code: 'lint.reservation-above-limit',
      severity: 'error',
      path: [...path, ...reservation.place],
      message: `services.${service.name} reserves ${reservation.bytes} bytes of memory and may use ${limit.bytes} at most: the engine refuses that`,
      hint: 'Make the reservation smaller than the limit.',
    };
  }),

  serviceRule(function* memoryTooSmall(service, { tree }, path) {
    const { limit } = memoryOf(service);
    if (limit === undefined || limit.bytes >= leastMemory) return;
    const place = [...path, ...limit.place];
    const node = nodeAt(tree, place);
    const hasNoUnit = node !== undefined && /^["']?\d+["']?$/.test(sourceTextOf(node));
    yield {
      code: 'lint.memory-too-small',
      severity: 'error',
      path: place,
      message: `services.${service.name}: ${limit.bytes} bytes of memory are less than the 6 MB that an engine asks for at least`,
      hint: hasNoUnit
        ? `A number without a unit counts bytes: write "${limit.bytes}m" for megabytes.`
        : 'Write 6m or more.',
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
