import { expect, it } from 'vitest';
import { processTable } from '../../../../src/cli/output/processes.ts';
import type { ContainerProcesses } from '../../../../src/scheduler/index.ts';

function processes(
  service: string,
  number: string | undefined,
  titles: readonly string[],
  ...rows: readonly (readonly string[])[]
): ContainerProcesses {
  const labels = {
    'com.docker.compose.service': service,
    ...(number === undefined ? {} : { 'com.docker.compose.container-number': number }),
  };
  return { container: { labels } as unknown as ContainerProcesses['container'], titles, processes: rows };
}

it('makes one table of all containers, the command last', () => {
  const table = processTable([
    processes('noport', '1', ['UID', 'PID', 'CMD'], ['root', '312', '/sbin/docker-init -- sleep 1000']),
    processes('two', undefined, ['UID', 'CMD', 'C'], ['nobody', 'sleep', '0']),
  ]);
  expect(table.replace(/ +$/gm, '')).toMatchInlineSnapshot(`
    "SERVICE  #   UID     PID  C   CMD
    noport   1   root    312  -   /sbin/docker-init -- sleep 1000
    two          nobody  -    0   sleep
    "
  `);
});

it('prints nothing when nothing runs', () => {
  expect(processTable([])).toBe('');
});
