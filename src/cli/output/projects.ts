import { stripControl } from '../../core/text.ts';
import type { ListedProject } from '../../scheduler/index.ts';
import { composeTable, renderTable } from './table.ts';
import { toGoJson } from './template/index.ts';

/** Projects as docker compose lists them. */
export function projectsTable(projects: readonly ListedProject[]): string {
  const rows = projects.map((project) =>
    [project.name, statusOf(project), filesOf(project)].map(stripControl),
  );
  return renderTable(['NAME', 'STATUS', 'CONFIG FILES'], rows, composeTable);
}

/** One array, in docker compose's fields. */
export function projectsJson(projects: readonly ListedProject[]): string {
  const listed = projects.map((project) => ({
    Name: project.name,
    Status: statusOf(project),
    ConfigFiles: filesOf(project),
  }));
  return `${toGoJson(listed)}\n`;
}

export function projectNames(projects: readonly ListedProject[]): string {
  return projects.map(({ name }) => `${stripControl(name)}\n`).join('');
}

/** `exited(1), running(2)` */
function statusOf({ states }: ListedProject): string {
  return [...states].map(([state, count]) => `${state}(${count})`).join(', ');
}

function filesOf({ configFiles }: ListedProject): string {
  return configFiles.length === 0 ? 'N/A' : configFiles.join(',');
}
