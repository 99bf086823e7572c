import type { LoadResult, ModelPath, Project } from '../../../compose/index.ts';
import type { FramedRange } from '../../../core/diagnostic.ts';
import { type Evidence, FlotillaError } from '../../../core/error.ts';
import type { ServiceName } from '../../../core/ids.ts';
import { imageName } from '../../../images/index.ts';
import type { Step, StepOf } from '../../plan/index.ts';
import { overLimit } from '../exit-code.ts';
import { programRules } from './program.ts';
import { resourceRules } from './resource.ts';
import type { BlameRule, Verdict } from './rule.ts';
import { settingRules } from './setting.ts';

export interface BlameContext {
  readonly project: Project;
  readonly locate: LoadResult['locate'];
}

const rules: readonly BlameRule[] = [...programRules, ...settingRules, ...resourceRules];

/** Longer words of an engine are cut: the whole is in its log. */
const longestWords = 400;

/**
 * Finds the setting of the file that made a step fail, and says in the author's words what the engine said in its own.
 * What no rule knows keeps its sentence and gets the position of the service, network or volume.
 */
export function blame(error: FlotillaError, step: Step, { project, locate }: BlameContext): FlotillaError {
  if (error.at !== undefined || isOfEngine(error)) return error;
  const verdict = judge(error.message, step, project) ?? fallback(step, error, project);
  if (verdict === undefined) return error;
  const { path, message = error.message, hint = error.hint, code = error.code } = verdict;
  const at = placeInFile(locate, path);
  return new FlotillaError(code, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(at === undefined ? {} : { at }),
    evidence: [...(verdict.message === undefined ? [] : [words(error.message)]), ...error.evidence],
    cause: error,
    retryable: error.retryable,
    exitCode: error.exitCode,
  });
}

/** What the file does not mention, the network that every project gets for example, has no place in it. */
function placeInFile(locate: LoadResult['locate'], path: ModelPath): FramedRange | undefined {
  const at = locate(path);
  const whole = locate([]);
  return at?.file === whole?.file && at?.start.line === whole?.start.line && at?.end.line === whole?.end.line
    ? undefined
    : at;
}

/** An engine that is gone or full is nobody's setting. */
function isOfEngine({ code }: FlotillaError): boolean {
  return ['engine.lost', 'engine.disk-full', 'engine.refused', 'run.container-missing'].includes(code);
}

function judge(message: string, step: Step, project: Project): Verdict | undefined {
  const name = serviceOf(step, project);
  const service = name === undefined ? undefined : project.services.get(name);
  for (const { pattern, judge } of rules) {
    const match = pattern.exec(message);
    if (match === null) continue;
    const verdict = judge({
      project,
      ...(service === undefined ? {} : { service }),
      resource: step.resource.name,
      caught: match.slice(1),
    });
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function fallback(step: Step, error: FlotillaError, project: Project): Verdict | undefined {
  const path = placeOf(step, error, project);
  if (path === undefined) return undefined;
  const service = step.kind === 'image.pull' ? serviceOf(step, project) : undefined;
  if (service === undefined || project.services.get(service)?.build === undefined) return { path };
  return { path, hint: `Build it with \`flotilla build ${service}\`, or check its name and tag.` };
}

function placeOf(step: Step, error: FlotillaError, project: Project): ModelPath | undefined {
  switch (step.kind) {
    case 'image.pull': {
      const service = serviceOf(step, project);
      return service === undefined ? otherUse(step, project) : ['services', service, 'image'];
    }
    case 'image.build':
      return ['services', step.input.spec.service, 'build'];
    case 'image.push':
      return ['services', step.input.service, 'image'];
    case 'network.create':
      return ['networks', step.input.spec.key];
    case 'volume.create':
      return ['volumes', step.input.spec.key];
    case 'container.create':
    case 'container.start': {
      const service = serviceOf(step, project);
      return service === undefined ? undefined : ['services', service];
    }
    case 'hook.exec':
      return ['services', step.input.service, step.input.hook, step.input.index, 'command'];
    case 'hook.run':
      return ['services', step.input.service, 'pre_start', step.input.index, 'command'];
    case 'provider.up':
    case 'provider.down':
    case 'provider.stop':
      return ['services', step.input.service, 'provider', 'type'];
    case 'model.prepare':
      return ['models', step.input.name, 'model'];
    case 'container.wait':
      return waitPlace(step, error, project);
    default:
      return undefined;
  }
}

/** Where an image is named that is no service's own: in a hook, or as what is mounted. */
function otherUse(
  { input: { reference } }: StepOf<'image.pull'>,
  { services }: Project,
): ModelPath | undefined {
  for (const { name, pre_start = [], volumes = [] } of services.values()) {
    const hook = pre_start.findIndex(({ image }) => image === reference);
    if (hook >= 0) return ['services', name, 'pre_start', hook, 'image'];
    const mount = volumes.findIndex(({ type, source }) => type === 'image' && source === reference);
    if (mount >= 0) return ['services', name, 'volumes', mount, 'source'];
  }
  return undefined;
}

/** What a wait that failed has to do with: who asked for it, the probe, or the program. */
function waitPlace(
  { input }: StepOf<'container.wait'>,
  { code, evidence }: FlotillaError,
  project: Project,
): ModelPath {
  const own: ModelPath = ['services', input.service];
  const service = project.services.get(input.service);
  switch (code) {
    case 'run.no-healthcheck':
      return input.dependent === undefined
        ? own
        : ['services', input.dependent, 'depends_on', input.service, 'condition'];
    case 'run.unhealthy':
    case 'run.wait-timeout':
      return service?.healthcheck === undefined ? own : [...own, 'healthcheck', 'test'];
    case 'run.exited':
      if (service?.mem_limit !== undefined && evidence.some(({ title }) => title.includes(overLimit))) {
        return [...own, 'mem_limit'];
      }
      return service?.command == null ? own : [...own, 'command'];
    default:
      return own;
  }
}

function serviceOf(step: Step, project: Project): ServiceName | undefined {
  switch (step.kind) {
    case 'container.create':
      return step.input.spec.service;
    case 'container.start':
      return step.input.service;
    case 'image.build':
      return step.input.spec.service;
    case 'image.pull': {
      const users = [...project.services.values()].filter(
        (service) => imageName(project, service) === step.input.reference,
      );
      return (users.find(({ build }) => build !== undefined) ?? users[0])?.name;
    }
    default:
      return undefined;
  }
}

function words(message: string): Evidence {
  const said = message.replace(/^cannot [^:]*(?:"[^"]*")?[^:]*: |^services\.\S+?: /, '');
  return {
    title: 'the engine says:',
    lines: [said.length > longestWords ? `${said.slice(0, longestWords)}…` : said],
  };
}
