import { FlotillaError } from '../../core/error.ts';
import type { ContainerId } from '../../core/ids.ts';
import type { EngineNote, ProviderVariables } from '../../runtime/index.ts';
import type { ContainerRef, ProviderInput, StepInputs, StepKind } from '../plan/index.ts';
import { byName } from './by-name.ts';
import { environmentOf, type HandlerCall, projectOf } from './handler-call.ts';
import { execHook, isNotRunning, runHook } from './hooks.ts';
import { buildImage, pullOrElse } from './images.ts';
import type { HandlerContext } from './options.ts';
import { waitUntil } from './readiness.ts';
import { resolveSpec } from './resolve.ts';

/** Carries one step out; resolves with a word about what was reached, where there is more than one possibility. */
export type Handler<Kind extends StepKind> = (
  input: StepInputs[Kind],
  call: HandlerCall,
) => Promise<string | undefined>;

export const handlers: { readonly [Kind in StepKind]: Handler<Kind> } = {
  'network.create': done(({ spec }, { context, signal }) => context.driver.createNetwork(spec, signal)),
  'network.remove': done(({ name }, { context, signal }) => context.driver.removeNetwork(name, signal)),
  'network.disconnect': done(({ container, network }, { context, signal }) =>
    context.driver.disconnectNetwork(idOf(context, container), network, signal),
  ),
  'volume.create': done(({ spec }, { context, signal }) => context.driver.createVolume(spec, signal)),
  'volume.remove': done(({ name }, { context, signal }) => context.driver.removeVolume(name, signal)),
  'volume.fill': done(({ spec, service, image }, { context, signal }) => {
    const platform = context.project?.services.get(service)?.platform;
    const files = context.carriedFilesOf(service);
    return context.driver.fillVolume(
      { volume: spec, service, image, files, ...(platform === undefined ? {} : { platform }) },
      signal,
    );
  }),
  'image.pull': pullOrElse,
  'image.build': done(({ spec }, call) => buildImage(spec, call)),
  'image.push': done(async ({ reference }, { context, signal, progress }) => {
    const credentials = await context.credentialsFor(reference);
    await context.driver.pushImage(
      reference,
      { onProgress: progress, ...(credentials === undefined ? {} : { credentials }) },
      signal,
    );
  }),
  'image.remove': done(({ reference }, { context, signal }) => context.driver.removeImage(reference, signal)),
  'container.create': done(async (input, { context, signal, made, note }) => {
    const { driver, project, containerOf } = context;
    const imageDigest =
      input.imageDigest ?? (await driver.inspectImage(input.spec.image, signal))?.observed.digest;
    const spec = resolveSpec(input, { project, containerOf, imageDigest });
    const onNote = (each: EngineNote): void => note(spec.service, each);
    made(await driver.createContainer(spec, { as: input.as, inherit: input.inherit, onNote }, signal));
  }),
  'container.start': done(async ({ container, service, mounted = [] }, { context, signal, note }) => {
    const id = idOf(context, container);
    const files = context.filesOf(service).filter(({ path }) => !mounted.includes(path));
    if (files.length > 0) await context.driver.putFiles(id, files, signal);
    await context.beforeStart({ id, name: container.name, service });
    await context.driver.startContainer(id, signal, (each) => note(service, each));
  }),
  'container.signal': async ({ container, service, signal: name }, { context, signal }) => {
    const id = idOf(context, container);
    const files = context.filesOf(service);
    try {
      if (files.length > 0) await context.driver.putFiles(id, files, signal);
      await context.driver.killContainer(id, name, signal);
    } catch (error) {
      // One that has ended meanwhile reads its files again when it is started.
      if (isNotRunning(error)) return 'not running';
      throw inUsersWords(error, { container }, context);
    }
    return undefined;
  },
  'container.kill': done(({ container, signal: name }, { context, signal }) =>
    context.driver.killContainer(idOf(context, container), name, signal),
  ),
  'container.pause': done(({ container }, { context, signal }) =>
    context.driver.pauseContainer(idOf(context, container), signal),
  ),
  'container.unpause': done(({ container }, { context, signal }) =>
    context.driver.unpauseContainer(idOf(context, container), signal),
  ),
  'container.wait': async (input, { context, signal }) => {
    const { driver, clock, fastReady } = context;
    const watcher = await context.watcher();
    return waitUntil({ driver, clock, watcher, fastReady }, idOf(context, input.container), input, signal);
  },
  'container.stop': done(({ container, timeoutSeconds }, { context, signal }) =>
    context.driver.stopContainer(
      idOf(context, container),
      timeoutSeconds === undefined ? {} : { timeoutSeconds },
      signal,
    ),
  ),
  'container.remove': done(({ container, volumes }, { context, signal }) =>
    context.driver.removeContainer(idOf(context, container), { force: true, volumes }, signal),
  ),
  'hook.exec': (input, { context, signal }) =>
    execHook(context, idOf(context, input.container), input, signal),
  'hook.run': (input, { context, signal }) => runHook(context, input, signal),
  'container.rename': done(({ container, name }, { context, signal }) =>
    context.driver.renameContainer(idOf(context, container), name, signal),
  ),
  'provider.up': done(async (input, call) =>
    call.context.provided(input.service, await callProvider('up', input, call)),
  ),
  'provider.down': done(async (input, call) => void (await callProvider('down', input, call))),
  'provider.stop': done(async (input, call) => void (await callProvider('stop', input, call))),
  'model.prepare': done(async (input, { context, signal, say }) => {
    const environment = environmentOf(context);
    const url = await context.prepareModel({ ...input, environment, onInfo: say }, signal);
    context.modelReady(input.name, url);
  }),
};

function callProvider(
  command: 'up' | 'down' | 'stop',
  input: ProviderInput,
  { context, signal, say }: HandlerCall,
): Promise<ProviderVariables> {
  const project = projectOf(context);
  const environment = environmentOf(context);
  return context.runProvider({ ...input, command, project: project.name, environment, onInfo: say }, signal);
}

/** For steps that can only succeed or fail. */
function done<Input>(
  run: (input: Input, call: HandlerCall) => Promise<void>,
): (input: Input, call: HandlerCall) => Promise<undefined> {
  return async (input, call) => {
    try {
      await run(input, call);
    } catch (error) {
      throw inUsersWords(error, input, call.context);
    }
    return undefined;
  };
}

function inUsersWords(error: unknown, input: unknown, context: HandlerContext): unknown {
  const reference = (input as { readonly container?: ContainerRef }).container;
  if (reference === undefined) return error;
  const id = reference.kind === 'existing' ? reference.id : context.made.get(reference.by);
  return id === undefined ? error : byName(error, { id, name: reference.name });
}

function idOf(context: HandlerContext, reference: ContainerRef): ContainerId {
  if (reference.kind === 'existing') return reference.id;
  const id = context.made.get(reference.by);
  if (id === undefined) {
    throw new FlotillaError('run.container-missing', `container ${reference.name} was not created`);
  }
  return id;
}
