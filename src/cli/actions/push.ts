import { type PushRequest, previewPush, push } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { pushOptions } from '../commands/push.ts';
import { loadForRun } from './converge.ts';
import { imageTargets, runOnImages } from './run-on-images.ts';

export async function run(context: CommandContext<typeof pushOptions>): Promise<number> {
  const { options, io, arguments: names } = context;
  const { includeDeps, quiet } = options;
  const selection = { services: names, noDeps: !includeDeps, scale: [], pull: 'policy' };
  const { project, locate } = await loadForRun(context, selection, { yes: false });
  const request: PushRequest = {
    project,
    locate,
    services: imageTargets(project, { names, includeDeps }),
    ignoreFailures: options.ignorePushFailures,
  };
  if (context.global.dryRun) {
    const { showPlan } = await import('./dry-run.ts');
    return showPlan(io, previewPush(request));
  }
  return runOnImages(context, { project, quiet }, (session) => push(session, request));
}
