/** What the first lines of /proc/stat tell, see proc_stat(5). */
export interface ProcessorTime {
  /** Nanoseconds of all processors together, whether they worked or not. */
  readonly total: number;
  /** Processors at work. */
  readonly processors: number;
}

/** The time of guests is within that of the programs that run them: only the first eight figures count. */
export function processorTime(stat: string): ProcessorTime {
  const all = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').slice(0, 8) ?? [];
  const ticks = all.reduce((sum, figure) => sum + Number(figure), 0);
  return { total: (ticks * 1e9) / ticksPerSecond, processors: stat.match(/^cpu\d+ /gm)?.length ?? 0 };
}

/** What the kernel tells programs, on every architecture of today. */
const ticksPerSecond = 100;
