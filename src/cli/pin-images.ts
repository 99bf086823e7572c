import { nodeFiles, type Project } from '../compose/index.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { DiagnosticsError } from '../core/error.ts';
import type { Encoded } from '../core/go-json.ts';
import { loadRegistry, type Registry } from '../images/index.ts';
import { openRegistry } from '../runtime/index.ts';
import type { LoadedProject } from '../scheduler/index.ts';
import type { CommandContext } from './command.ts';
import type { configOptions } from './commands/config.ts';
import { interruptible } from './interrupts.ts';
import type { LoadedModel } from './load.ts';

type Context = CommandContext<typeof configOptions>;

/** `config --resolve-image-digests`, and with `--lock-image-digests` nothing but the images. */
export async function pinnedProject(context: Context, { project, locate }: LoadedProject): Promise<Project> {
  const { onlyImages, pinImages } = await loadRegistry();
  const registry = await registryOf(context);
  const pinned = await interruptible(context.io, (signal) => pinImages(project, locate, registry, signal));
  refuse(pinned.diagnostics);
  return context.options.lockImageDigests ? onlyImages(pinned.project) : pinned.project;
}

/** The same for the model of `--no-interpolate`. */
export async function pinnedModel(context: Context, { model, locate }: LoadedModel): Promise<Encoded> {
  const { onlyImagesOfModel, pinModel } = await loadRegistry();
  const registry = await registryOf(context);
  const pinned = await interruptible(context.io, (signal) => pinModel(model, locate, registry, signal));
  refuse(pinned.diagnostics);
  return context.options.lockImageDigests ? onlyImagesOfModel(pinned.model) : pinned.model;
}

function registryOf({ io, global }: Context): Promise<Registry> {
  return openRegistry({
    environment: io.environment,
    home: io.home,
    files: nodeFiles(),
    insecureRegistries: global.insecureRegistry,
  });
}

function refuse(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length > 0) throw new DiagnosticsError(diagnostics);
}
