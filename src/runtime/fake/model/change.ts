import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import { findContainer, isRunning, requireContainer } from './lookup.ts';
import type { EngineState, FakeContainer } from './state.ts';
import { eventOf, putContainer, quietly, type Transition, withoutEntry } from './transition.ts';
import { usersOf } from './volumes.ts';

export function renameContainer(state: EngineState, ref: string, name: string): Transition {
  const container = requireContainer(state, ref);
  if (container.name === name) return quietly(state);
  const other = [...state.containers.values()].find((candidate) => candidate.name === name);
  if (other !== undefined) {
    throw new FlotillaError(
      'engine.conflict',
      `cannot rename container ${quote(container.name)}: container ${other.id.slice(0, 12)} is called ${quote(name)} already`,
    );
  }
  const renamed = { ...container, name };
  return { state: putContainer(state, renamed), events: [eventOf(renamed, 'rename')] };
}

/** Takes it out of the state; whoever removes a running one by force has ended its process before. */
export function removeContainer(
  state: EngineState,
  ref: string,
  { volumes }: { readonly volumes: boolean },
): Transition {
  const container = findContainer(state, ref);
  if (container === undefined) return quietly(state);
  if (isRunning(container) || container.state.kind === 'restarting') {
    throw new FlotillaError(
      'engine.conflict',
      `cannot remove container ${quote(container.name)}: it is running`,
      { hint: 'Stop it first, or remove it by force.' },
    );
  }
  const without = { ...state, containers: withoutEntry(state.containers, container.id) };
  return {
    state: volumes ? withoutAnonymousVolumes(without, container) : without,
    events: [eventOf(container, 'destroy')],
  };
}

/** Those that another container mounts too stay. */
function withoutAnonymousVolumes(state: EngineState, { mounts }: FakeContainer): EngineState {
  const gone = mounts.flatMap((mount) =>
    mount.kind === 'volume' &&
    state.volumes.get(mount.volume)?.anonymous === true &&
    usersOf(state, mount.volume).length === 0
      ? [mount.volume]
      : [],
  );
  return { ...state, volumes: new Map([...state.volumes].filter(([name]) => !gone.includes(name))) };
}
