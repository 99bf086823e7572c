import { planFor, type UpRequest, up } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import { askOnTerminal } from '../questions.ts';
import { exitCodeOf, variablesOf, withSession } from '../session.ts';
import { refuseBuild } from './refuse-build.ts';
import { loadSelection, type Selection } from './selection.ts';
import { type PolicyOptions, policyOf } from './up-policy.ts';

export interface Convergence {
  readonly selection: Selection;
  readonly policy: Partial<PolicyOptions>;
  readonly build: boolean;
  /** Every question is answered with yes. */
  readonly yes: boolean;
}

const plainPolicy: PolicyOptions = {
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
  { selection, policy, build, yes }: Convergence,
): Promise<number> {
  const { global, io } = context;
  const loaded = await loadSelection(context, selection);
  const { project, locate, remotes } = loaded;
  if (remotes.length > 0 && !global.dryRun) {
    const { confirmRemote } = await import('../confirm-remote.ts');
    await confirmRemote(context, loaded, yes);
  }
  if (build) refuseBuild(project);
  const options = { ...plainPolicy, ...policy };
  const request: UpRequest = {
    project,
    locate,
    policy: policyOf({ io, options, arguments: selection.services }, project),
  };
  if (global.dryRun) {
    const { showPlan } = await import('./dry-run.ts');
    const ask = yes ? { ask: () => Promise.resolve(true) } : {};
    return withSession(context, { reports: false, ...ask }, async (open) =>
      showPlan(io, (await planFor(open, request)).plan),
    );
  }
  const ask = yes ? () => Promise.resolve(true) : askOnTerminal(io);
  const session = { reports: true, ...(ask === undefined ? {} : { ask }), ...variablesOf(project) };
  return withSession(context, session, async (open) => exitCodeOf(await up(open, request), open.interrupts));
}
