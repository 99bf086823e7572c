import { type PullRequest, previewPull, pull } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { pullOptions } from '../commands/pull.ts';
import { withSession } from '../session.ts';
import { imageTargets, runOnImages } from './run-on-images.ts';
import { loadSelection } from './selection.ts';

export async function run(context: CommandContext<typeof pullOptions>): Promise<number> {
  const { options, io, arguments: names } = context;
  const { includeDeps, quiet, policy = 'policy' } = options;
  if (options.parallel !== undefined) io.stderr.write(deprecated('--parallel'));
  if (options.noParallel !== undefined) io.stderr.write(deprecated('--no-parallel'));
  const selection = { services: names, noDeps: !includeDeps, scale: [], pull: policy };
  const { project, locate } = await loadSelection(context, selection);
  const request: PullRequest = {
    project,
    locate,
    services: imageTargets(project, { names, includeDeps }),
    ignoreFailures: options.ignorePullFailures,
    ignoreBuildable: options.ignoreBuildable,
  };
  if (context.global.dryRun) {
    const { showPlan } = await import('./dry-run.ts');
    return withSession(context, { reports: false }, async (session) =>
      showPlan(io, await previewPull(session, request)),
    );
  }
  return runOnImages(context, { project, quiet }, (session) => pull(session, request));
}

function deprecated(option: string): string {
  return `warning: ${option} is deprecated and has no effect: \`flotilla --parallel 1 pull\` pulls one by one\n`;
}
