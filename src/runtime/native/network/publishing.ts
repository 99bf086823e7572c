import { type ContainerId, containerId } from '../../../core/ids.ts';
import { labels } from '../../../core/labels.ts';
import type { PortHolder } from '../../observed.ts';
import type { Networks } from '../parts.ts';
import type { Context } from './context.ts';
import type { Books, Built, Deed } from './ledger.ts';
import type { RunningState } from './state.ts';

type Verbs = Pick<Networks, 'publish' | 'unpublish' | 'ports' | 'portHolders'>;

/** `settle` gives a container what it waited for, before it runs. */
export function portTasks(
  { ledger }: Context,
  settle: (books: Books, built: Built, id: string) => Omit<Deed<undefined>, 'value'>,
): Verbs {
  return {
    async publish(id, _ports, signal) {
      signal?.throwIfAborted();
      await ledger.change((books, built) => {
        const settled = settle(books, built, id);
        return { ...settled, value: undefined, running: withRun(books.running, id, { ports: [] }) };
      }, signal);
    },
    unpublish: (id) =>
      ledger.change(({ running }) => {
        const { [id]: open, ...containers } = running.containers;
        if (open === undefined) return { value: undefined };
        return {
          value: undefined,
          running: { ...running, containers },
          firewall: open.ports.length > 0,
        };
      }),
    async ports(id) {
      return ledger.read().running.containers[id]?.ports ?? [];
    },
    async portHolders(ports) {
      const { state, running } = ledger.read();
      return Object.entries(running.containers).flatMap(([id, { ports: open }]) =>
        open
          .filter(({ published }) => ports.includes(published))
          .map(
            ({ published, protocol, hostIp }): PortHolder => ({
              port: published,
              protocol,
              ...(hostIp === undefined ? {} : { hostIp }),
              holder: {
                kind: 'container',
                id: containerId(id),
                name: state.containers[id]?.name ?? id,
                labels: { [labels.project]: state.containers[id]?.project ?? '' },
              },
            }),
          ),
      );
    },
  };
}

function withRun(
  running: RunningState,
  id: ContainerId,
  run: RunningState['containers'][string],
): RunningState {
  return { ...running, containers: { ...running.containers, [id]: run } };
}
