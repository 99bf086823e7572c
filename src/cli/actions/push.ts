import { type PushRequest, previewPush, push } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { pushOptions } from '../commands/push.ts';
import { exitCodeOf, variablesOf, withSession } from '../session.ts';
import { loadForRun } from './converge.ts';
import { targetsOf } from './up-overrides.ts';

export async function run(context: CommandContext<typeof pushOptions>): Promise<number> {
  const { options, io, arguments: names } = context;
  const selection = { services: names, noDeps: !options.includeDeps, scale: [], pull: 'policy' };
  const { project, locate } = await loadForRun(context, selection, { yes: false });
  const request: PushRequest = {
    project,
    locate,
    services: new Set(names.length === 0 || options.includeDeps ? [] : targetsOf(project, names)),
    ignoreFailures: options.ignorePushFailures,
  };
  if (context.global.dryRun) {
    const { showPlan } = await import('./dry-run.ts');
    return showPlan(io, previewPush(request));
  }
  const quiet = { ...context, global: { ...context.global, progress: 'quiet' as const } };
  const session = { reports: true, ...variablesOf(project) };
  return withSession(options.quiet ? quiet : context, session, async (open) =>
    exitCodeOf(await push(open, request), open.interrupts),
  );
}
