import { existsSync } from 'node:fs';
import { lastingPlaces } from '../containers/places.ts';
import type { Engine, Summons } from '../engine.ts';
import { summonSupervisor } from './summon.ts';

/** A name that a program asks for waits no longer than this, and the supervisor's start. */
const longestWaitMs = 100;
const quietMs = 25;

export function createSummons(engine: () => Engine): Summons {
  const due = new Map<string, Due>();
  const start = (project: string): void => {
    const { timer, containers = [] } = due.get(project) ?? {};
    clearTimeout(timer);
    due.delete(project);
    const { root } = engine();
    // Whoever has removed them all meanwhile needs no supervisor any more.
    if (containers.some((id) => existsSync(lastingPlaces(root, id).run))) summonSupervisor(engine(), project);
  };
  return {
    due(project, when, container) {
      if (when === 'early') return summonSupervisor(engine(), project, true);
      const { timer, since = performance.now(), containers = [] } = due.get(project) ?? {};
      clearTimeout(timer);
      const isLate = when === 'now' || performance.now() - since >= longestWaitMs;
      due.set(project, {
        timer: setTimeout(() => start(project), quietMs),
        since,
        containers: [...containers, container],
      });
      if (isLate) start(project);
    },
    settle() {
      for (const project of [...due.keys()]) start(project);
    },
  };
}

interface Due {
  readonly timer: NodeJS.Timeout;
  /** When the first of them was started. */
  readonly since: number;
  readonly containers: readonly string[];
}
