/** What had been counted at some moment, in nanoseconds. */
export interface CpuTimes {
  /** Of a container, on all processors. */
  readonly used: number;
  /** Of the machine, all its processors together, whether they worked or not. */
  readonly machine: number;
  /** Processors that the machine has at work. */
  readonly processors: number;
}

/** The share of one processor between two moments, in percent. What was started anew meanwhile has had nothing yet. */
export function cpuPercent(before: CpuTimes, after: CpuTimes): number {
  const used = after.used - before.used;
  const machine = after.machine - before.machine;
  return used > 0 && machine > 0 ? (used / machine) * after.processors * 100 : 0;
}
