import { FlotillaError } from '../../../core/error.ts';
import type { ProjectName } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { Io } from '../../io.ts';
import { yesOrNo } from '../../questions.ts';

/** Whether a person wants what is about to be removed to go. Throws `run.question` where nobody can be asked. */
export async function isWanted(io: Io, what: readonly string[]): Promise<boolean> {
  const list = what.length === 1 ? `all ${what[0]}` : `\n${what.map((each) => `  - all ${each}\n`).join('')}`;
  const ask = yesOrNo(io);
  if (ask === undefined) {
    const sentence = what.map((each) => `all ${each}`).join(', ');
    throw new FlotillaError(
      'run.question',
      `this would remove ${sentence}, and nobody is there to be asked`,
      {
        hint: 'Add --force to do it without a question.',
      },
    );
  }
  if (what.length === 1) return ask(`This removes ${list}. Go on?`, false);
  io.stderr.write(`This removes:${list}`);
  return ask('Go on?', false);
}

/** Tells on standard error whose things were left alone. */
export function tellBusy(io: Io, projects: readonly ProjectName[]): void {
  for (const project of [...new Set(projects)].sort()) {
    io.stderr.write(`Left alone what is of project ${quote(project)}: another command is working on it\n`);
  }
}
