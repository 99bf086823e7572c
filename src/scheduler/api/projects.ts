import { labels } from '../../core/labels.ts';
import { compareBytes } from '../../core/text.ts';
import type { ContainerState, ObservedContainer } from '../../runtime/index.ts';
import { isUp } from './containers.ts';
import { isManaged, type Session } from './session.ts';

export interface ListedProject {
  readonly name: string;
  /** How many of its containers are in each state, in byte order of the states. */
  readonly states: ReadonlyMap<ContainerState, number>;
  /** The files that its containers were made from, as their labels say; empty where they do not. */
  readonly configFiles: readonly string[];
}

/** The projects that have containers on the engine, by their labels, in byte order of their names. */
export async function listProjects(
  { driver, abort }: Session,
  /** `all`: those of which nothing runs, too; and with the others what does not run of them. */
  { all }: { readonly all: boolean },
): Promise<readonly ListedProject[]> {
  const containers = (await driver.housekeeping.containers(abort)).filter(
    (container) => isManaged(container) && (all || isUp(container)),
  );
  const byProject = new Map<string, ObservedContainer[]>();
  for (const container of containers) {
    const name = container.labels[labels.project];
    if (name !== undefined) byProject.set(name, [...(byProject.get(name) ?? []), container]);
  }
  return [...byProject]
    .sort(([left], [right]) => compareBytes(left, right))
    .map(([name, own]) => ({
      name,
      states: statesOf(own),
      configFiles: [...new Set(own.flatMap((container) => filesOf(container)))],
    }));
}

function statesOf(containers: readonly ObservedContainer[]): ListedProject['states'] {
  const states = containers.map(({ state }) => state).sort(compareBytes);
  return new Map(states.map((state) => [state, states.filter((other) => other === state).length]));
}

function filesOf({ labels: own }: ObservedContainer): readonly string[] {
  return (own[labels.configFiles] ?? '').split(',').filter((file) => file !== '');
}
