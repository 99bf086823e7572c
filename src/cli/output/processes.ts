import { labels } from '../../core/labels.ts';
import type { ContainerProcesses } from '../../scheduler/index.ts';
import { renderTable } from './table.ts';

/** One table of all processes, with the columns of all containers, the command last; nothing without processes. */
export function processTable(containers: readonly ContainerProcesses[]): string {
  const rows = containers.flatMap(({ container, titles, processes }) =>
    processes.map((process) => ({
      service: container.labels[labels.service] ?? '',
      number: container.labels[labels.containerNumber] ?? '',
      fields: new Map(titles.map((title, at) => [title, process[at] ?? ''])),
    })),
  );
  if (rows.length === 0) return '';
  const all = [...new Set(containers.flatMap(({ titles }) => titles))];
  const columns = [...all.filter((title) => !isCommand(title)), ...all.filter(isCommand)];
  return renderTable(
    ['SERVICE', '#', ...columns],
    rows.map(({ service, number, fields }) => [
      service,
      number,
      ...columns.map((title) => fields.get(title) ?? '-'),
    ]),
    { padding: 2, minWidth: 4 },
  );
}

/** Engines for Windows call it otherwise, Podman as well. */
function isCommand(title: string): boolean {
  return title === 'CMD' || title === 'COMMAND';
}
