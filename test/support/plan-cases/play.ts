import type { FileContents, Project } from '../../../src/compose/index.ts';
import type { ContainerId, ServiceName } from '../../../src/core/ids.ts';
import { serviceName } from '../../../src/core/ids.ts';
import type { EngineState } from '../../../src/runtime/fake/index.ts';
import type { ObservedState } from '../../../src/runtime/index.ts';
import { defaultUpPolicy } from '../../../src/scheduler/api/up.ts';
import {
  type DownPolicy,
  type Plan,
  planDown,
  planPulls,
  planRestart,
  planStart,
  planStop,
  planUp,
  type Step,
  type UpPolicy,
} from '../../../src/scheduler/plan/index.ts';
import { createRandom, type Random } from '../random.ts';
import type { Command, FileSketch, PlanCase, UpCommand } from './case.ts';
import { addForeigners, disturb } from './disturb.ts';
import { PlanFault, Run, SimulatedEngine } from './engine.ts';
import { isHeldByOthers } from './others.ts';
import { contentsOf, prepared, projectOf, selected } from './project.ts';

/** What there is to say about a case that was played to its end. */
export interface Played {
  /** All services of the file, named or not. */
  readonly whole: Project;
  /** The part that the command was about. */
  readonly project: Project;
  readonly before: EngineState;
  readonly observed: ObservedState;
  readonly plan: Plan;
  readonly after: EngineState;
  /** Containers whose end was waited for. */
  readonly completed: ReadonlySet<ContainerId>;
  /** Containers that the engine itself starts over and over. */
  readonly restarting: ReadonlySet<ContainerId>;
  readonly starts: readonly Started[];
  /** The same command once more; absent when the plan cannot be run. */
  readonly again?: Plan;
}

/** What there was when a container was started. */
export interface Started {
  readonly container: ContainerId;
  readonly service: ServiceName;
  readonly before: EngineState;
}

/** Throws, naming the step, when the engine refuses what a plan asks for. */
export function play(given: PlanCase): Played {
  const random = createRandom(given.seed);
  const engine = new SimulatedEngine();
  addForeigners(engine);
  for (const { file, done } of given.stages) {
    const project = prepared(file, projectOf(file));
    const past: UpCommand = { name: 'up', services: [], answer: 'yes' };
    const { plan, pulls } = upPlans(engine, project, policyOf(past, project), contentsOf(file));
    if (!isRefused(plan) && !isRefused(pulls)) carryOut(engine, plan, project, random, done);
  }
  const whole = projectOf(given.file);
  for (const event of given.events) disturb(engine, event, whole);
  return playCommand(engine, whole, given, random);
}

function playCommand(
  engine: SimulatedEngine,
  whole: Project,
  { command, file }: PlanCase,
  random: Random,
): Played {
  const names = command.services.filter((name) => whole.services.has(serviceName(name)));
  const project =
    command.name === 'up' ? prepared(file, selected(whole, names, command.noDeps === true)) : whole;
  const before = engine.state;
  const observed = engine.observe(project);
  const { plan, repeat, runsWith } = planned(engine, project, command, names, file);
  const restarting = new Set(
    observed.containers.flatMap(({ id, state }) => (state === 'restarting' ? [id] : [])),
  );
  const known = { whole, project, before, observed, plan, restarting };
  if (isRefused(plan)) return { ...known, after: engine.state, completed: new Set(), starts: [] };
  engine.completed.clear();
  const starts = carryOut(engine, plan, runsWith, random, 1);
  return { ...known, after: engine.state, completed: engine.completed, starts, again: repeat() };
}

interface Planned {
  readonly plan: Plan;
  /** What the same command would do now. */
  readonly repeat: () => Plan;
  readonly runsWith: Project | undefined;
}

function planned(
  engine: SimulatedEngine,
  project: Project,
  command: Command,
  names: readonly string[],
  file: FileSketch,
): Planned {
  const contents = contentsOf(file);
  if (command.name === 'up') {
    const policy = policyOf(command, project);
    const { plan } = upPlans(engine, project, policy, contents);
    // What was asked for once is not asked for again.
    const calm: UpPolicy = {
      ...policy,
      recreate: policy.recreate === 'force' ? 'diverged' : policy.recreate,
      recreateDependencies:
        policy.recreateDependencies === 'force' ? 'diverged' : policy.recreateDependencies,
      pulled: new Set(['busybox', 'database']),
    };
    return { plan, repeat: () => upPlans(engine, project, calm, contents).plan, runsWith: project };
  }
  const runsWith = command.withoutFile === true ? undefined : project;
  const services = new Set(names.map(serviceName));
  const plan = (): Plan => {
    const input = {
      projectName: project.name,
      ...(runsWith === undefined ? {} : { project: runsWith }),
      observed: engine.observe(project, { hooks: command.name === 'down' }),
      contents,
    };
    switch (command.name) {
      case 'down': {
        const { removeOrphans = false, volumes = false, images } = command;
        const policy: DownPolicy = {
          services,
          removeOrphans,
          volumes,
          ...(images === undefined ? {} : { images }),
        };
        return planDown({ ...input, policy });
      }
      case 'stop':
        return planStop({ ...input, services, reason: 'stop' });
      case 'start':
        return planStart({ ...input, services, wait: false });
      case 'restart':
        return planRestart({ ...input, services, dependents: true });
    }
  };
  return { plan: plan(), repeat: plan, runsWith };
}

function policyOf(command: UpCommand, project: Project): UpPolicy {
  const questions = [...project.volumes.keys()].map((key) => `volume.recreate:${key}`);
  const { recreate = 'diverged' } = command;
  return {
    ...defaultUpPolicy,
    targets: new Set(command.services.map(serviceName)),
    recreate: command.renewAnonymousVolumes === true && recreate === 'diverged' ? 'force' : recreate,
    recreateDependencies:
      recreate === 'never' ? 'never' : command.alwaysRecreateDeps === true ? 'force' : 'diverged',
    renewAnonymousVolumes: command.renewAnonymousVolumes ?? false,
    removeOrphans: command.removeOrphans ?? false,
    start: command.noStart !== true,
    wait: command.wait ?? false,
    approvals: new Set(command.answer === 'yes' ? questions : []),
    refusals: new Set(command.answer === 'no' ? questions : []),
  };
}

/** As `up` does it: pulls that decide what is recreated come first. */
function upPlans(
  engine: SimulatedEngine,
  project: Project,
  policy: UpPolicy,
  contents: FileContents,
): { readonly plan: Plan; readonly pulls: Plan } {
  const input = () => ({
    project,
    observed: engine.observe(project),
    policy,
    contents,
    now: 0,
    locate: () => undefined,
  });
  const pulls = planPulls(input());
  if (pulls.steps.length === 0 || isRefused(pulls)) return { pulls, plan: planUp(input()) };
  carryOut(engine, pulls, project, createRandom(1), 1);
  const pulled = pulls.steps.flatMap((step) => (step.kind === 'image.pull' ? [step.input.reference] : []));
  return { pulls, plan: planUp({ ...input(), policy: { ...policy, pulled: new Set(pulled) } }) };
}

/** Something that the plan has no part in holds the name, port or address that a step needs; nobody can plan that away. */
export class WorldRefusal extends Error {
  override readonly name = 'WorldRefusal';
}

function isRefused(plan: Plan): boolean {
  return plan.diagnostics.some(({ severity }) => severity === 'error');
}

/** Every step after those that it waits for; which of the others comes next is chance. */
function carryOut(
  engine: SimulatedEngine,
  plan: Plan,
  project: Project | undefined,
  random: Random,
  share: number,
): readonly Started[] {
  const run = new Run(plan, project);
  const starts: Started[] = [];
  const waiting = new Map(plan.steps.map((step) => [step.id, new Set([...step.needs, ...step.after])]));
  if (waiting.size < plan.steps.length) throw new Error('two steps of the plan have the same id');
  const left = new Map(plan.steps.map((step) => [step.id, step]));
  for (let count = Math.floor(plan.steps.length * share); count > 0; count -= 1) {
    const ready = [...left.values()].filter((step) => waiting.get(step.id)?.size === 0);
    if (ready.length === 0) throw new Error(`these wait for each other: ${[...left.keys()].join(', ')}`);
    const step = random.pick(ready);
    left.delete(step.id);
    const before = engine.state;
    applyNamed(engine, step, run);
    if (step.kind === 'container.start') {
      starts.push({ container: run.idOf(step.input.container), service: step.input.service, before });
    }
    for (const set of waiting.values()) set.delete(step.id);
  }
  return starts;
}

function applyNamed(engine: SimulatedEngine, step: Step, run: Run): void {
  try {
    engine.apply(step, run);
  } catch (error) {
    if (step.onFailure === 'tolerate' && !(error instanceof PlanFault)) return;
    if (isHeldByOthers(engine, step, run)) throw new WorldRefusal(step.id);
    throw new Error(`${step.id}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
