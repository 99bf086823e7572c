import type { Encoded } from '../../core/go-json.ts';
import { invalid } from './codec.ts';
import { mapOf } from './collections.ts';
import { exactly, int64Of, unsafe } from './exact.ts';
import { int } from './scalars.ts';
import { field, struct } from './struct.ts';

export type Ulimit = number | { readonly soft: number; readonly hard: number };

const softAndHard = struct<{ soft?: number; hard?: number }>([field('soft', int), field('hard', int)], {
  extensible: false,
});

export const ulimits = mapOf<Ulimit>({
  decode: (node, context) => {
    if (node.kind === 'mapping') {
      const limits = softAndHard.decode(node, context);
      return limits === undefined ? undefined : Object.assign(limits, { soft: 0, hard: 0, ...limits });
    }
    if (node.kind === 'scalar' && node.type === 'int') return int.decode(node, context);
    return invalid(node, context, 'a number, or "soft" and "hard"');
  },
  exact: (node) => unsafe(int64Of(node)),
  encode: (value, target) => {
    if (typeof value !== 'object' && value !== 0) return int.encode(value, target);
    const limits = typeof value === 'object' ? value : { soft: 0, hard: 0 };
    if (target.format === 'json') return softAndHard.encode(limits, target);
    return new Map<string, Encoded>([
      ['soft', int.encode(exactly(limits, 'soft', limits.soft) as number, target)],
      ['hard', int.encode(exactly(limits, 'hard', limits.hard) as number, target)],
    ]);
  },
  isZero: () => false,
});
