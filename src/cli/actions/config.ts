import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Project, renderModel, renderProject, serviceHash } from '../../compose/index.ts';
import { FlotillaError, messageOf } from '../../core/error.ts';
import { compareBytes, quote } from '../../core/text.ts';
import type { CommandContext } from '../command.ts';
import type { configOptions } from '../commands/config.ts';
import { loadForCommand, loadUninterpolated } from '../load.ts';

export async function run(context: CommandContext<typeof configOptions>): Promise<number> {
  const { options, io } = context;
  if (options.explain !== undefined)
    return (await import('./config-explain.ts')).runExplain(context, options.explain);
  const request = {
    services: context.arguments,
    skip: {
      normalization: options.noNormalize,
      consistency: options.noConsistency,
      pathResolution: options.noPathResolution,
      environmentResolution: options.noEnvResolution,
    },
  };
  const pins = (options.resolveImageDigests || options.lockImageDigests) && !isQuery(options);
  const pin = pins ? await import('../pin-images.ts') : undefined;
  const text =
    options.noInterpolate && !isQuery(options)
      ? renderModel(
          await loadUninterpolated(context, request).then(
            (model) => pin?.pinnedModel(context, model) ?? model,
          ),
          options.format ?? 'yaml',
        )
      : answer(
          await loadForCommand(context, request).then((it) => pin?.pinnedProject(context, it) ?? it.project),
          options,
        );
  if (options.quiet) return 0;
  if (options.output === undefined) io.stdout.write(text);
  else await writeOutput(resolve(io.cwd, options.output), text);
  return 0;
}

async function writeOutput(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new FlotillaError('cli.usage', `cannot write ${quote(path)}: ${messageOf(error)}`, {
      hint: '--output names a file in a folder that exists and that you may write to.',
      cause: error,
    });
  }
}

type ConfigOptions = CommandContext<typeof configOptions>['options'];

/** Of several queries the first in docker compose's order is answered. */
function answer(project: Project, options: ConfigOptions): string {
  if (options.services) return lines(sorted(project.services.keys()));
  if (options.volumes) return lines(sorted(project.volumes.keys()));
  if (options.networks) return lines(sorted(project.networks.keys()));
  if (options.hash !== undefined) return lines(hashes(project, options.hash));
  if (options.profiles) return lines(profiles(project));
  if (options.images) return lines(images(project));
  if (options.environment) return lines(environment(project));
  return renderProject(project, { format: options.format ?? 'yaml' });
}

/** Whether a question about the model is asked, instead of for the model itself. */
function isQuery(options: ConfigOptions): boolean {
  const { services, volumes, networks, hash, profiles, images, environment } = options;
  return services || volumes || networks || hash !== undefined || profiles || images || environment;
}

function hashes(project: Project, selection: string): readonly string[] {
  const names = selection === '*' ? sorted(project.services.keys()) : selection.split(',');
  return names.map((name) => {
    const service = project.services.get(name as never);
    if (service === undefined) throw new FlotillaError('compose.no-service', `no such service: ${name}`);
    return `${name} ${serviceHash(service)}`;
  });
}

function profiles(project: Project): readonly string[] {
  const all = [...project.services.values(), ...project.disabledServices.values()];
  return sorted(new Set(all.flatMap((service) => service.profiles ?? [])));
}

function images(project: Project): readonly string[] {
  return [...project.services.values()].map((service) => service.image ?? `${project.name}-${service.name}`);
}

function environment(project: Project): readonly string[] {
  return [...project.environment]
    .sort(([left], [right]) => compareBytes(left, right))
    .map(([key, value]) => `${key}=${value}`);
}

function sorted(names: Iterable<string>): readonly string[] {
  return [...names].sort(compareBytes);
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join('');
}
