import { modelRedaction, type Project, serviceHash, withDefaultPlatform } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';
import type { ServiceName } from '../../core/ids.ts';
import { compareBytes } from '../../core/text.ts';
import { imageName } from '../../images/index.ts';
import { loadForCommand, loadUninterpolated } from '../load.ts';
import { type ConfigContext, skippedPasses, warn } from './config-request.ts';

/** Answers the first of the questions that were asked. The answer is for standard output, as in docker compose. */
export async function answerQuery(context: ConfigContext): Promise<number> {
  const { options, io } = context;
  if (options.output !== undefined) {
    await warn(context, '--output is for the whole model: this answer goes to standard output');
  }
  io.stdout.write(await answer(context));
  return 0;
}

async function answer(context: ConfigContext): Promise<string> {
  const { options } = context;
  if (options.services) return lines(await serviceNames(context));
  if (options.volumes) return lines(sorted((await wholeProject(context)).volumes.keys()));
  if (options.networks) return lines(sorted((await wholeProject(context)).networks.keys()));
  if (options.models) return lines(models(await wholeProject(context)));
  if (options.hash) return lines(await hashes(context, options.hash));
  if (options.profiles) return lines(profiles(await selectedProject(context, { environment: false })));
  if (options.images) return lines(images(await selectedProject(context, { environment: false })));
  if (options.variables) {
    const { variablesText } = await import('./config-variables.ts');
    return variablesText(context);
  }
  const text = lines(await environment(context));
  return options.quiet ? '' : text;
}

/** Questions about names are about the whole project: neither services nor `--no-…` are looked at. */
async function wholeProject(context: ConfigContext): Promise<Project> {
  const { project } = await loadForCommand(context, { skip: { environmentResolution: true } });
  return project;
}

/** Those about what services have are about the services that were named, as the flags show them. */
async function selectedProject(
  context: ConfigContext,
  { environment }: { readonly environment: boolean },
): Promise<Project> {
  const skip = skippedPasses(context);
  const { project } = await loadForCommand(context, {
    services: context.arguments,
    skip: {
      ...skip,
      interpolation: context.options.noInterpolate,
      environmentResolution: !environment || skip.environmentResolution,
    },
    bindVariables: true,
  });
  return project;
}

/** With their variables the files know no profiles: then all services are listed. */
async function serviceNames(context: ConfigContext): Promise<readonly string[]> {
  if (!context.options.noInterpolate) return sorted((await wholeProject(context)).services.keys());
  const { model } = await loadUninterpolated(context, { skip: skippedPasses(context) });
  const services = model instanceof Map ? model.get('services') : undefined;
  return services instanceof Map ? sorted(services.keys()) : [];
}

function models(project: Project): readonly string[] {
  return [...project.models.values()].map(({ model }) => model ?? '').filter((model) => model !== '');
}

async function hashes(context: ConfigContext, selection: string): Promise<readonly string[]> {
  const project = withDefaultPlatform((await loadForCommand(context)).project);
  const names = sorted(selection === '*' ? project.services.keys() : selection.split(','));
  return names.map((name) => `${name} ${hashOf(project, name as ServiceName)}`);
}

function hashOf(project: Project, name: ServiceName): string {
  const service = project.services.get(name);
  if (service !== undefined) return serviceHash(service);
  const disabled = project.disabledServices.has(name);
  throw new FlotillaError(
    'compose.no-service',
    `no such service: ${name}: ${disabled ? 'disabled' : 'not found'}`,
    {
      hint: disabled
        ? 'Enable one of its profiles with --profile.'
        : '"flotilla config --services" lists the services; separate several with commas, without blanks.',
    },
  );
}

function profiles(project: Project): readonly string[] {
  const all = [...project.services.values(), ...project.disabledServices.values()];
  return sorted(new Set(all.flatMap((service) => service.profiles ?? [])));
}

function images(project: Project): readonly string[] {
  return [...project.services.values()].map((service) => imageName(project, service));
}

async function environment(context: ConfigContext): Promise<readonly string[]> {
  const project = await selectedProject(context, { environment: true });
  const values = [...project.environment].sort(([left], [right]) => compareBytes(left, right));
  if (!context.options.redact) return values.map(([name, value]) => `${name}=${value}`);
  const hide = await modelRedaction(project.environment);
  const shown = hide(new Map([['environment', new Map(values)]]));
  const section = shown instanceof Map ? shown.get('environment') : undefined;
  return section instanceof Map ? [...section].map(([name, value]) => `${name}=${value}`) : [];
}

function sorted(names: Iterable<string>): readonly string[] {
  return [...names].sort(compareBytes);
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join('');
}
