import type { Phase, ServiceTimings, StepTiming, Timings } from '../../scheduler/index.ts';
import { phases } from '../../scheduler/index.ts';
import { alignTabs } from '../output/table.ts';
import { displayWidth, padEnd } from '../output/width.ts';
import { wrap } from '../output/wrap.ts';
import type { Style } from '../style.ts';

export interface TimingsView {
  /** Width of the terminal. */
  readonly columns: number;
  readonly style: Style;
}

const marks: Readonly<Record<Phase, string>> = {
  pull: '▒',
  build: '▚',
  stop: '·',
  create: '▓',
  start: '█',
  hook: '~',
  ready: '─',
};
const narrowestChart = 20;
const widestChart = 60;
/** A suggestion that saves less is not worth a line. */
const worthSavingMs = 500;

/** Where the time went: a table and a chart of each service's phases, then the chain of steps that decided the whole. */
export function renderTimings(timings: Timings, view: TimingsView): string {
  if (timings.steps.length === 0) return 'Timings: there was nothing to do.\n';
  const lines = [
    view.style.bold(`Timings of ${timings.project}: ${seconds(timings.durationMs)} in all`),
    ...(timings.services.length === 0 ? [] : serviceTable(timings, view)),
    '',
    view.style.bold('The longest chain, in which each step waited for the one before it:'),
    ...pathTable(timings, view),
    ...suggestions(timings).map((line) => wrap(line, view.columns, '  ')),
  ];
  return `${lines.join('\n')}\n`;
}

function serviceTable(timings: Timings, { columns, style }: TimingsView): readonly string[] {
  const seen = phases.filter((phase) =>
    timings.services.some((service) => service.phases.some((each) => each.phase === phase)),
  );
  const head = ['SERVICE', ...seen.map((phase) => phase.toUpperCase()), 'DONE AT', ''].join('\t');
  const rows = timings.services.map(({ service, phases: own }) =>
    [
      service,
      ...seen.map((phase) => {
        const found = own.find((each) => each.phase === phase);
        return found === undefined ? '' : seconds(found.durationMs);
      }),
      seconds(Math.max(...own.map(({ startMs, durationMs }) => startMs + durationMs))),
      '',
    ].join('\t'),
  );
  const table = alignTabs([head, ...rows].join('\n'), { padding: 2, minWidth: 0 }).split('\n');
  const width = Math.min(widestChart, columns - displayWidth(table[0] ?? '') - 1);
  if (width < narrowestChart) return table.map((line) => line.trimEnd());
  const end = seconds(timings.durationMs);
  const axis = `${padEnd('0 s', width - end.length)}${end}`;
  const legend = seen.map((phase) => `${marks[phase]} ${phase}`).join('  ');
  return [
    `${table[0] ?? ''}${style.dim(axis)}`,
    ...timings.services.map((service, row) =>
      `${table[row + 1] ?? ''}${bar(service, timings.durationMs, width)}`.trimEnd(),
    ),
    `${' '.repeat(displayWidth(table[0] ?? ''))}${style.dim(legend)}`,
  ];
}

/** Every phase gets at least one column, so that a short one does not vanish. */
function bar({ phases: own }: ServiceTimings, totalMs: number, width: number): string {
  const cells = Array.from({ length: width }, () => ' ');
  const scale = (ms: number) => (totalMs === 0 ? 0 : Math.round((ms / totalMs) * width));
  for (const { phase, startMs, durationMs } of own) {
    const from = Math.min(width - 1, scale(startMs));
    const to = Math.max(from + 1, scale(startMs + durationMs));
    for (let cell = from; cell < Math.min(to, width); cell += 1) cells[cell] = marks[phase];
  }
  return cells.join('');
}

function pathTable({ criticalPath, steps, durationMs }: Timings, { style }: TimingsView): readonly string[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const path = criticalPath.flatMap((id) => byId.get(id) ?? []);
  const rows = path.map(({ id, durationMs: own, queuedMs }) => {
    const share = durationMs === 0 ? '' : `${Math.round((own / durationMs) * 100)} %`;
    const queued = queuedMs < 10 ? '' : style.dim(`after ${seconds(queuedMs)} in the queue`);
    return `  ${id}\t${seconds(own)}\t${share}\t${queued}`;
  });
  return alignTabs(rows.join('\n'), { padding: 2, minWidth: 0 })
    .split('\n')
    .map((line) => line.trimEnd());
}

/** What could be shorter, for the steps that decided the length of the run. */
function suggestions({ criticalPath, steps }: Timings): readonly string[] {
  const slow = steps.filter(({ id, durationMs }) => durationMs >= worthSavingMs && criticalPath.includes(id));
  const lines = slow.flatMap((step) => suggestionFor(step) ?? []);
  return lines.length === 0 ? [] : ['', ...new Set(lines)];
}

function suggestionFor({ kind, services, durationMs, id }: StepTiming): string | undefined {
  const [service] = services;
  if (kind === 'container.wait' && service !== undefined && id.includes('healthy')) {
    return `${service}: others waited ${seconds(durationMs)} for its health check. A short start_interval, or --fast-ready, finds it ready sooner.`;
  }
  if (kind === 'container.stop' && service !== undefined && durationMs > 9000) {
    return `${service}: took ${seconds(durationMs)} to stop. A program that does not end on the stop signal is killed after its grace period; stop_signal or init: true may help.`;
  }
  return undefined;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
