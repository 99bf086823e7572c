import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../../core/text.ts';
import type { Leftover } from '../../housekeeping.ts';
import { listRecords, whileNoneComes } from '../containers/record.ts';
import { isRunning, lifeOf } from '../containers/run.ts';
import type { Engine } from '../engine.ts';
import { projectOf } from '../events/journal.ts';
import { forgetPast } from '../events/past.ts';
import { forgetJournal } from '../events/roll.ts';
import { alivePath, summonSupervisor, supervisorOf } from '../supervisor/summon.ts';
import { namesIn } from '../system/names-in.ts';
import type { Finder } from './finder.ts';

/** Projects that run without a supervisor. */
export const supervisorLeftovers: Finder = async (engine, mend) => {
  const running = listRecords(engine.root).filter((record) => isRunning(lifeOf(engine, record.id)));
  return [...new Set(running.map(projectOf))]
    .filter((project) => supervisorOf(engine.root, project) === undefined)
    .map((project): Leftover => {
      if (mend) summonSupervisor(engine, project);
      return { kind: 'supervisor', text: `supervisor of ${nameOf(project)}, which has died` };
    });
};

/** Takes away what is noted and told of projects of which nothing is left. Those that never ran have no supervisor that would. */
export function tidyNotes(engine: Engine): Promise<void> {
  const { root } = engine;
  return whileNoneComes(engine, () => {
    const present = new Set(listRecords(root).map(projectOf));
    const noted = new Set(
      namesIn(join(root.volatile, 'projects')).flatMap((name) => {
        const project = name.replace(/\.(?:supervisor|events|events\.(?:1|new))$/, '');
        return project === name || present.has(project) ? [] : [project];
      }),
    );
    for (const project of noted) {
      if (supervisorOf(root, project) !== undefined) continue;
      rmSync(alivePath(root, project), { force: true });
      forgetJournal(root, project);
    }
    forgetPast(root);
  });
}

function nameOf(project: string): string {
  return project.startsWith('.') ? 'containers of no project' : `project ${quote(project)}`;
}
