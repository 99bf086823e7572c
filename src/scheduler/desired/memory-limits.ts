import { leastMemory, type MemoryAmount, memoryOf, type Service } from '../../compose/index.ts';
import { type Finding, pathText } from './finding.ts';

/** Amounts of memory that an engine refuses. */
export function memoryLimits(service: Service): readonly Finding[] {
  const { limit, reservation } = memoryOf(service);
  const finding = ({ place }: MemoryAmount, what: string, hint: string): Finding => {
    const path = ['services', service.name, ...place];
    return { code: 'compose.invalid-value', path, message: `${pathText(path)}: ${what}`, hint };
  };
  return [
    ...(limit !== undefined && limit.bytes < leastMemory
      ? [finding(limit, 'engines give no container less than 6 MiB of memory', 'Write 6m or more.')]
      : []),
    ...(limit !== undefined && reservation !== undefined && reservation.bytes > limit.bytes
      ? [finding(reservation, 'more is reserved than the limit allows', 'Reserve less, or raise the limit.')]
      : []),
  ];
}
