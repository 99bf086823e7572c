import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { type Project, type Service, selectServices } from '../../compose/index.ts';
import { type Diagnostic, type FramedRange, placed } from '../../core/diagnostic.ts';
import { DiagnosticsError, FlotillaError } from '../../core/error.ts';
import type { ContainerId, ServiceName } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import { imageName } from '../../images/index.ts';
import { serviceParents } from '../plan/index.ts';
import type { WatchedRule, WatchNews } from '../watch/index.ts';
import { build } from './build.ts';
import { listContainers } from './containers.ts';
import { restart } from './lifecycle.ts';
import type { LoadedProject, Operation, Session } from './session.ts';
import { up } from './up.ts';

export interface WatchRequest extends LoadedProject {
  /** Empty or absent: all that have rules. */
  readonly services?: ReadonlySet<ServiceName>;
  /** Remove the image that a rebuild leaves without a name; true unless given. */
  readonly prune?: boolean;
  readonly onNews: (news: WatchNews) => void;
}

/** A watch that hears of changes; what they call for is done while it runs. */
export interface OpenWatch {
  /** To be called between a container's creation and its start. */
  prepare(
    service: ServiceName,
    container: { readonly id: ContainerId; readonly name: string },
  ): Promise<void>;
  /** Until the session is drained; rejects when the engine goes away. */
  run(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Begins to watch the files that `develop.watch` names. Rejects with `run.nothing-to-watch` when no service has
 * rules, and with `run.unbuildable-watch`.
 */
export async function openWatch(session: Session, request: WatchRequest): Promise<OpenWatch> {
  const { project, onNews, services = new Set<ServiceName>() } = request;
  // Few commands watch, and all would load it.
  const { Watch, ignoreFileLines, mountedRules, realPath, watchRules } = await import('../watch/index.ts');
  const rules = watchRules(project, services, (service) => ignoreFileLines(ignoreFile(service)));
  for (const { service, path } of mountedRules(project, services)) {
    onNews({
      kind: 'trouble',
      message: `service ${quote(service)}: ${quote(path)} is mounted into the container, so there is nothing to copy`,
      hint: 'Remove the rule or the mount.',
    });
  }
  refuseImpossible(request, rules);
  const inTurn = oneAfterTheOther();
  let watch: OpenWatch | undefined;
  watch = await Watch.open({
    driver: session.driver,
    clock: session.clock,
    project,
    rules,
    base: realPath(project.workingDir),
    signal: session.drain,
    onNews,
    containers: () =>
      listContainers(session, { projectName: project.name, services, all: true, oneOffs: false }),
    // They wait for each other in any case, and would say so.
    rebuild: (service) => inTurn(() => rebuild(session, request, () => watch, service)),
    restart: (service) => inTurn(() => restartService(session, request, service)),
  });
  return watch;
}

function refuseImpossible({ project, locate }: WatchRequest, rules: readonly WatchedRule[]): void {
  if (rules.length === 0) {
    throw new FlotillaError(
      'run.nothing-to-watch',
      "none of the selected services is configured for watch, consider setting a 'develop' section",
      { hint: 'For example: develop: {watch: [{path: ./src, action: sync, target: /app/src}]}' },
    );
  }
  const faults = rules.flatMap(({ service, action, index }) =>
    action === 'rebuild' && project.services.get(service)?.build === undefined
      ? [unbuildable(service, locate(['services', service, 'develop', 'watch', index, 'action']))]
      : [],
  );
  if (faults.length > 0) throw new DiagnosticsError(faults);
}

function unbuildable(service: ServiceName, range: FramedRange | undefined): Diagnostic {
  return {
    severity: 'error',
    code: 'run.unbuildable-watch',
    message: `can't watch service ${quote(service)} with action rebuild without a build context`,
    hint: 'Give the service a `build` section, or use another action.',
    ...placed(range),
  };
}

/** Of the Dockerfile, if it has one of its own, else of the context. */
function ignoreFile({ build: definition }: Service): string {
  const context = definition?.context;
  if (context === undefined || !isAbsolute(context)) return '';
  const dockerfile = definition?.dockerfile ?? 'Dockerfile';
  for (const path of [`${resolve(context, dockerfile)}.dockerignore`, join(context, '.dockerignore')]) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // It need not be there.
    }
  }
  return '';
}

async function restartService(
  session: Session,
  { project, locate }: WatchRequest,
  service: ServiceName,
): Promise<void> {
  const finishing = { ...untilAborted(session), listeners: [] };
  succeeded(await restart(finishing, { project, locate, services: new Set([service]) }));
}

async function rebuild(
  session: Session,
  { project, locate, prune = true }: WatchRequest,
  watch: () => OpenWatch | undefined,
  service: ServiceName,
): Promise<void> {
  const definition = project.services.get(service);
  if (definition === undefined) return;
  const { driver, drain } = session;
  const finishing = untilAborted(session);
  const image = imageName(project, definition);
  const before = await driver.inspectImage(image, drain);
  succeeded(await build(session, { project, locate, services: new Set([service]) }));
  const together = [service, ...sharersOf(project, service)];
  const alone = selectServices(project, together, { dependencies: 'ignore' });
  succeeded(
    await up(finishing, {
      project: alone,
      locate,
      policy: {
        targets: new Set(together),
        recreate: 'force',
        recreateDependencies: 'never',
        ignoreOrphans: true,
      },
      beforeStart: async (container) => watch()?.prepare(container.service as ServiceName, container),
    }),
  );
  const dependents = dependentsOf(project, service);
  if (dependents.size > 0)
    succeeded(await restart({ ...finishing, listeners: [] }, { project, locate, services: dependents }));
  if (prune && before !== undefined) await removeIfNameless(session, before.observed.id);
}

/** Containers that are stopped to be started are started, whoever presses Ctrl+C meanwhile; twice ends it. */
function untilAborted(session: Session): Session {
  return { ...session, drain: session.abort };
}

/** Who lives in its network, or sees its processes, has to be made anew with it. */
function sharersOf(project: Project, service: ServiceName): readonly ServiceName[] {
  return [...project.services.values()]
    .filter((each) => serviceParents(each).includes(service))
    .map(({ name }) => name);
}

/** Who asks to be restarted with it. */
function dependentsOf(project: Project, service: ServiceName): ReadonlySet<ServiceName> {
  const asking = [...project.services.values()].filter(
    ({ name, depends_on }) =>
      depends_on?.get(service)?.restart === true && !sharersOf(project, service).includes(name),
  );
  return new Set(asking.map(({ name }) => name));
}

async function removeIfNameless({ driver, drain }: Session, id: string): Promise<void> {
  const found = await driver.inspectImage(id, drain);
  if (found === undefined || found.observed.tags.length > 0) return;
  // Somebody else may have a container of it.
  await driver.removeImage(id, drain).catch(() => {});
}

function succeeded({ result }: Operation): void {
  const [error] = result.errors;
  if (result.outcome === 'done') return;
  if (error === undefined) throw new FlotillaError('run.cancelled', 'interrupted');
  const { code, message, hint } = error;
  throw code === 'bug'
    ? new Error(message)
    : new FlotillaError(code, message, hint === undefined ? {} : { hint });
}

function oneAfterTheOther(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}
