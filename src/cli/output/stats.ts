import { stripControl } from '../../core/text.ts';
import type { ContainerStats } from '../../runtime/index.ts';
import type { ListedStats } from '../../scheduler/index.ts';
import type { ListLayout, Row } from './rows.ts';
import { formatBinarySize, formatSize } from './sizes.ts';

export const statsLayout: ListLayout = {
  table: '{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}',
  titles: {
    ID: 'CONTAINER ID',
    CPUPerc: 'CPU %',
    MemUsage: 'MEM USAGE / LIMIT',
    MemPerc: 'MEM %',
    NetIO: 'NET I/O',
    BlockIO: 'BLOCK I/O',
    PIDs: 'PIDS',
  },
  fields: ['BlockIO', 'CPUPerc', 'Container', 'ID', 'MemPerc', 'MemUsage', 'Name', 'NetIO', 'PIDs'],
};

/** In the fields and the words of `docker stats`. */
export function statsRows(
  listed: readonly ListedStats[],
  { noTrunc }: { readonly noTrunc: boolean },
): readonly Row[] {
  return listed.map(({ container, stats = unread }) => {
    const { cpu, memory, network, blockIo, processes } = stats;
    return {
      BlockIO: blockIo === undefined ? unknown : pair(blockIo.read, blockIo.written),
      CPUPerc: percent(cpu),
      Container: container.id,
      ID: noTrunc ? container.id : container.id.slice(0, 12),
      MemPerc: percent(memory && (memory.limit > 0 ? (memory.used / memory.limit) * 100 : 0)),
      MemUsage:
        memory === undefined
          ? `${unknown} / ${unknown}`
          : `${formatBinarySize(memory.used)} / ${formatBinarySize(memory.limit)}`,
      Name: stripControl(container.name),
      NetIO: network === undefined ? unknown : pair(network.received, network.sent),
      PIDs: processes === undefined ? unknown : String(processes),
    };
  });
}

const unread: ContainerStats = { missing: [] };
/** For what is not known, or not yet. */
const unknown = '--';

function percent(share: number | undefined): string {
  return share === undefined ? unknown : `${share.toFixed(2)}%`;
}

function pair(inward: number, outward: number): string {
  return `${formatSize(inward, 3)} / ${formatSize(outward, 3)}`;
}
