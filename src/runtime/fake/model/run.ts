import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { Health, ProbeResult } from '../../observed.ts';
import { withoutTmpfs } from './files.ts';
import { findImage } from './images.ts';
import { findContainer, isRunning, requireContainer } from './lookup.ts';
import { joinNetwork } from './networks.ts';
import { bindPorts } from './ports.ts';
import type { Ended, EngineState, FakeContainer } from './state.ts';
import { eventOf, putContainer, quietly, type Transition } from './transition.ts';

export type Start = Transition & {
  /** What stood in the way; the state remembers it. */
  readonly failure?: FlotillaError;
};

export interface StartRequest {
  readonly now: number;
  readonly by: 'hand' | 'policy';
  /** Why its process cannot be started. */
  readonly obstacle?: FlotillaError;
}

/** Succeeds for a running container; wakes a paused one. */
export function startContainer(state: EngineState, ref: string, { now, by, obstacle }: StartRequest): Start {
  const container = requireContainer(state, ref);
  switch (container.state.kind) {
    case 'running':
      return quietly(state);
    case 'paused':
      return setPaused(state, container.id, false);
    case 'created':
    case 'exited':
      break;
    case 'restarting':
      if (by === 'hand') return quietly(state);
  }
  try {
    if (obstacle !== undefined) throw obstacle;
    const started: FakeContainer = {
      ...container,
      ...attach(state, container),
      state: {
        kind: 'running',
        startedAt: now,
        health: firstHealth(state, container),
        probes: [],
        stopping: false,
      },
      runs: container.runs + 1,
      restartCount: by === 'hand' ? 0 : container.restartCount + 1,
    };
    return { state: putContainer(state, started), events: [eventOf(started, 'start')] };
  } catch (error) {
    if (!(error instanceof FlotillaError)) throw error;
    const failed = { ...container, state: { ...container.state, error: error.message } };
    return { ...quietly(putContainer(state, failed)), failure: error };
  }
}

/** From now on its restart policy does not apply; a container that waits for its restart is over at once. */
export function requestStop(state: EngineState, id: ContainerId): EngineState {
  const container = requireContainer(state, id);
  if (container.state.kind === 'restarting') {
    return putContainer(state, { ...container, state: { ...container.state, kind: 'exited' } });
  }
  if (!isAlive(container.state)) return state;
  return putContainer(state, { ...container, state: { ...container.state, stopping: true } });
}

/** The end of its process. `restartAfterMs` is there when its policy wants another run. */
export function endRun(
  state: EngineState,
  id: ContainerId,
  end: { readonly exitCode: number; readonly oomKilled: boolean; readonly now: number },
): Transition & { readonly restartAfterMs?: number } {
  const container = findContainer(state, id);
  if (container === undefined || !isAlive(container.state)) return quietly(state);
  const { stopping, startedAt, probes, health } = container.state;
  const ended: Ended = {
    startedAt,
    finishedAt: end.now,
    exitCode: end.exitCode,
    oomKilled: end.oomKilled,
    probes,
    health: health === 'none' ? 'none' : 'unhealthy',
  };
  const restarts = !stopping && wantsRestart(container, end.exitCode);
  const events = [
    ...(end.oomKilled ? [eventOf(container, 'oom')] : []),
    eventOf(container, 'die', { exitCode: end.exitCode }),
  ];
  const after = putContainer(state, {
    ...withoutTmpfs(container),
    state: { kind: restarts ? 'restarting' : 'exited', ...ended },
    endpoints: container.endpoints.map(({ spec }) => ({ spec })),
    ports: [],
  });
  if (!restarts) return { state: after, events };
  return { state: after, events, restartAfterMs: restartDelay(container.restartCount, end.now - startedAt) };
}

/** Nothing happens when it does not run or has no health check. */
export function setHealth(
  state: EngineState,
  id: ContainerId,
  health: Health,
  probe?: ProbeResult,
): Transition {
  const container = findContainer(state, id);
  if (container === undefined || !isAlive(container.state)) return quietly(state);
  if (container.state.health === 'none') return quietly(state);
  const probes = probe === undefined ? container.state.probes : [...container.state.probes, probe].slice(-5);
  const next = putContainer(state, { ...container, state: { ...container.state, health, probes } });
  const events = container.state.health === health ? [] : [eventOf(container, 'health', { health })];
  return { state: next, events };
}

/** Succeeds for a paused container. */
export function pauseContainer(state: EngineState, ref: string): Transition {
  const container = requireContainer(state, ref);
  return container.state.kind === 'paused' ? quietly(state) : setPaused(state, ref, true);
}

/** Succeeds for a container that is not paused. */
export function unpauseContainer(state: EngineState, ref: string): Transition {
  const container = requireContainer(state, ref);
  return container.state.kind === 'paused' ? setPaused(state, ref, false) : quietly(state);
}

export function setPaused(state: EngineState, ref: string, paused: boolean): Transition {
  const container = requireContainer(state, ref);
  if (!isAlive(container.state)) {
    throw new FlotillaError(
      'engine.conflict',
      `cannot pause container ${quote(container.name)}: it is not running`,
    );
  }
  const next = putContainer(state, {
    ...container,
    state: { ...container.state, kind: paused ? 'paused' : 'running' },
  });
  return { state: next, events: [eventOf(container, paused ? 'pause' : 'unpause')] };
}

function attach(state: EngineState, container: FakeContainer): Pick<FakeContainer, 'endpoints' | 'ports'> {
  const { network } = container.spec;
  if (network.kind === 'container') {
    const other = findContainer(state, network.container);
    if (other === undefined || !isRunning(other)) {
      throw new FlotillaError(
        'engine.conflict',
        `cannot start container ${quote(container.name)}: it shares the network of ${quote(network.container)}, which does not run`,
      );
    }
  }
  const ports = bindPorts(state, container);
  return { endpoints: container.endpoints.map(({ spec }) => joinNetwork(state, spec)), ports };
}

function firstHealth(state: EngineState, { spec }: FakeContainer): Health {
  if (spec.healthcheck?.kind === 'disabled') return 'none';
  const own = spec.healthcheck?.test;
  if (own !== undefined) return own[0] === 'NONE' ? 'none' : 'starting';
  return findImage(state, spec.image)?.hasHealthcheck === true ? 'starting' : 'none';
}

function isAlive(
  state: FakeContainer['state'],
): state is Extract<FakeContainer['state'], { stopping: boolean }> {
  return state.kind === 'running' || state.kind === 'paused';
}

function wantsRestart({ spec, restartCount }: FakeContainer, exitCode: number): boolean {
  switch (spec.restart?.name) {
    case 'always':
    case 'unless-stopped':
      return true;
    case 'on-failure': {
      const limit = spec.restart.maximumRetries ?? 0;
      return exitCode !== 0 && (limit === 0 || restartCount < limit);
    }
    case 'no':
    case undefined:
      return false;
  }
}

/** 100 ms, doubled with each restart up to a minute; a run of ten seconds starts over. */
function restartDelay(restarts: number, ranMs: number): number {
  return ranMs >= 10_000 ? 100 : Math.min(100 * 2 ** restarts, 60_000);
}
