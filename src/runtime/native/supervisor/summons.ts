import type { Engine } from '../engine.ts';
import { saySupervisorIsDue, summonSupervisor } from './summon.ts';

/**
 * Supervisors that are due. A supervisor takes as much of the processor to start as some containers do, so it starts when
 * no container has been started for a moment, unless somebody waits for what it does.
 */
export interface Summons {
  /** `atOnce`: somebody may be waiting for it. */
  due(project: string, atOnce: boolean): void;
  /** Starts those that are still due. */
  settle(): void;
}

/** A name that a program asks for waits no longer than this, and the supervisor's start. */
const longestWaitMs = 150;
const quietMs = 25;

export function createSummons(engine: () => Engine): Summons {
  const due = new Map<string, { timer: NodeJS.Timeout; readonly since: number }>();
  const start = (project: string): void => {
    clearTimeout(due.get(project)?.timer);
    due.delete(project);
    summonSupervisor(engine(), project);
  };
  return {
    due(project, atOnce) {
      if (atOnce) return start(project);
      const known = due.get(project);
      clearTimeout(known?.timer);
      const since = known?.since ?? performance.now();
      if (known === undefined) saySupervisorIsDue(engine().root, project);
      if (performance.now() - since >= longestWaitMs) return start(project);
      due.set(project, { timer: setTimeout(() => start(project), quietMs), since });
    },
    settle() {
      for (const project of [...due.keys()]) start(project);
    },
  };
}
