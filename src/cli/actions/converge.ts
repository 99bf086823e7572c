import type { Project } from '../../compose/index.ts';
import { planFor, type StepKind, type UpRequest, up } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { Io } from '../io.ts';
import type { CommandProject } from '../load.ts';
import { askOnTerminal } from '../questions.ts';
import { exitCodeOf, type SessionOptions, variablesOf, withSession } from '../session.ts';
import { loadSelection, type Selection } from './selection.ts';
import { type PolicyOptions, policyOf } from './up-policy.ts';

export interface Convergence {
  readonly selection: Selection;
  readonly policy: Partial<PolicyOptions>;
  /** Every question is answered with yes. */
  readonly yes: boolean;
  readonly quietPull?: boolean;
}

/** What `up` does unless it is asked for more. */
export const plainPolicy: PolicyOptions = {
  alwaysRecreateDeps: false,
  forceRecreate: false,
  noRecreate: false,
  noStart: false,
  removeOrphans: undefined,
  renewAnonVolumes: false,
  timeout: undefined,
  wait: false,
  waitTimeout: undefined,
};

/** For commands that do a part of what `up -d` does. */
export async function converge(
  context: Pick<CommandContext, 'global' | 'io'>,
  { selection, policy, yes, quietPull = false }: Convergence,
): Promise<number> {
  const { io } = context;
  const { project, locate } = await loadForRun(context, selection, { yes });
  const options = { ...plainPolicy, ...policy };
  const request: UpRequest = {
    project,
    locate,
    policy: policyOf({ io, options, arguments: selection.services }, project),
  };
  if (context.global.dryRun) return showUpPlan(context, request, yes);
  return withSession(context, runOptions(io, project, { yes, quietPull }), async (open) =>
    exitCodeOf(await up(open, request), open.interrupts),
  );
}

/** The project as the command line wants it, once people have agreed to run what comes from elsewhere. */
export async function loadForRun(
  context: Pick<CommandContext, 'global' | 'io'>,
  selection: Selection,
  { yes }: Pick<Convergence, 'yes'>,
): Promise<CommandProject> {
  const loaded = await loadSelection(context, selection);
  if (loaded.remotes.length > 0 && !context.global.dryRun) {
    const { confirmRemote } = await import('../confirm-remote.ts');
    await confirmRemote(context, loaded, yes);
  }
  return loaded;
}

/** `--dry-run`: the plan instead of the run. */
export async function showUpPlan(
  context: Pick<CommandContext, 'global' | 'io'>,
  request: UpRequest,
  yes: boolean,
): Promise<number> {
  const { showPlan } = await import('./dry-run.ts');
  const ask = yes ? { ask: () => Promise.resolve(true) } : {};
  return withSession(context, { reports: false, ...ask }, async (open) =>
    showPlan(context.io, (await planFor(open, request)).plan),
  );
}

/** Reported, with somebody to answer questions where there is a terminal. */
export function runOptions(
  io: Io,
  project: Project,
  { yes, quietPull, quietBuild = false }: RunShow,
): SessionOptions {
  const ask = yes ? () => Promise.resolve(true) : askOnTerminal(io);
  const quiet = new Set<StepKind>([
    ...(quietPull ? (['image.pull'] as const) : []),
    ...(quietBuild ? (['image.build'] as const) : []),
  ]);
  return { reports: true, quiet, ...(ask === undefined ? {} : { ask }), ...variablesOf(project) };
}

interface RunShow {
  readonly yes: boolean;
  readonly quietPull: boolean;
  readonly quietBuild?: boolean;
}
