import type { Project } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';
import { type UpRequest, up, type WatchRequest } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { upOptions } from '../commands/up.ts';
import { flagFromEnvironment } from '../environment-flags.ts';
import { watchLine } from '../output/watch.ts';
import {
  type CommandSession,
  exitCodeOf,
  reporterMode,
  type SessionOptions,
  withSession,
} from '../session.ts';
import { wantsColour } from '../style.ts';
import { tellTimings } from '../timings/tell.ts';
import { loadForRun, runOptions, showUpPlan } from './converge.ts';
import type { PlanFromFile } from './plan-file.ts';
import type { Selection } from './selection.ts';
import { checkUpOptions, upMode } from './up-options.ts';
import { targetsOf } from './up-overrides.ts';
import { policyOf } from './up-policy.ts';

export type UpContext = CommandContext<typeof upOptions>;

export async function run(context: UpContext): Promise<number> {
  const { options } = context;
  checkUpOptions(options);
  if (options.timings && reporterMode(context) === 'json') {
    throw new FlotillaError('cli.usage', '--timings prints text between the events of --progress json', {
      hint: 'Use --timings-file FILE instead: it has the same as JSON.',
    });
  }
  const mode = upMode(options);
  const fromFile = options.planFile === undefined ? undefined : await readPlan(context, options.planFile);
  const selection = fromFile?.selection ?? selectionOf(context);
  const { project, locate } = await loadForRun(context, selection, options);
  const request: UpRequest = {
    project,
    locate,
    fastReady: wantsFastReady(context, project),
    ...(fromFile === undefined
      ? { policy: policyOf(context, project) }
      : { policy: fromFile.policy, expected: fromFile.expected }),
  };
  if (context.global.dryRun) return showUpPlan(context, request, options.yes);
  const session = runOptions(context.io, project, options);
  if (mode.kind === 'attached') {
    const { runAttached } = await import('./up-attached.ts');
    return withSession(context, session, async (open) => {
      if (!options.watch) return runAttached(context, open, request, mode);
      const { withWatch } = await import('./watching.ts');
      return withWatch(context, open, watchRequest(context, open, request), (watch) =>
        runAttached(context, open, request, mode, watch),
      );
    });
  }
  return runDetached(context, session, request);
}

async function runDetached(context: UpContext, options: SessionOptions, request: UpRequest): Promise<number> {
  const { operation, exitCode } = await withSession(context, options, async (open) => {
    const operation = await up(open, request);
    return { operation, exitCode: exitCodeOf(operation, open.interrupts) };
  });
  // Only now, below what the reporter leaves on the screen.
  await tellTimings(context, operation);
  return exitCode;
}

/** Its lines are told from those of containers by what docker compose puts before them. */
function watchRequest(
  { global, io, arguments: names }: UpContext,
  { makeRoom }: CommandSession,
  { project, locate }: UpRequest,
): WatchRequest {
  const mark = wantsColour(io.stdout, io, global) ? '\u001b[92m        ⦿ \u001b[0m' : '        ⦿ ';
  return {
    project,
    locate,
    services: new Set(names.length === 0 ? [] : targetsOf(project, names)),
    onNews: (news) => {
      const line = watchLine(news);
      if (line === undefined) return;
      makeRoom();
      if (typeof line.text === 'string' && line.stream === 'stdout') io.stdout.write(`${mark}${line.text}`);
      else io[line.stream].write(line.text);
    },
  };
}

/** The flag, else the variable, else the file's own setting. */
function wantsFastReady({ options, io }: UpContext, project: Project): boolean {
  const variable = project.environment.get('FLOTILLA_FAST_READY') ?? io.environment['FLOTILLA_FAST_READY'];
  if (options.fastReady !== undefined || variable !== undefined) {
    return options.fastReady ?? flagFromEnvironment(variable);
  }
  const settings = project.extensions.get('x-flotilla') as
    | { readonly fast_ready?: boolean }
    | null
    | undefined;
  return settings?.fast_ready === true;
}

function selectionOf({ options, arguments: services }: UpContext): Selection {
  return { services, noDeps: options.noDeps, scale: options.scale, pull: options.pull };
}

async function readPlan(context: UpContext, path: string): Promise<PlanFromFile> {
  const { readPlanFile } = await import('./plan-file.ts');
  return readPlanFile(context, path);
}
