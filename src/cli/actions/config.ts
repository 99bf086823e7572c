import { modelRedaction, type RenderOptions, renderModel, renderProject } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { loadForCommand, loadUninterpolated } from '../load.ts';
import { type ConfigContext, skippedPasses, warnAboutServices } from './config-request.ts';

export async function run(context: ConfigContext): Promise<number> {
  const { options, io } = context;
  if (options.explain !== undefined)
    return (await import('./config-explain.ts')).runExplain(context, options.explain);
  if (isQuery(options)) {
    const { answerQuery } = await import('./config-queries.ts');
    return answerQuery(context);
  }
  const text = await render(context, outputFormat(options.format));
  if (options.quiet) return 0;
  if (options.output === undefined) io.stdout.write(text);
  else {
    const { writeOutput } = await import('../output/write-file.ts');
    await writeOutput(io.cwd, options.output, text);
  }
  return 0;
}

/** Whether a question about the model is asked, instead of for the model itself. */
function isQuery(options: ConfigContext['options']): boolean {
  const { services, volumes, networks, models, hash, profiles, images, variables, environment } = options;
  const asked = services || volumes || networks || models || profiles || images || variables || environment;
  return asked || (hash ?? '') !== '';
}

async function render(context: ConfigContext, format: RenderOptions['format']): Promise<string> {
  const { options } = context;
  const request = { services: context.arguments, skip: skippedPasses(context) };
  const pins = options.resolveImageDigests || options.lockImageDigests;
  const pin = pins ? await import('../pin-images.ts') : undefined;
  if (options.noInterpolate) {
    const loaded = await loadUninterpolated(context, request, format);
    if (context.arguments.length > 0) await warnAboutServices(context, '--no-interpolate');
    const model = (await pin?.pinnedModel(context, loaded)) ?? loaded.model;
    return renderModel(options.redact ? (await modelRedaction(new Map()))(model) : model, format);
  }
  const loaded = await loadForCommand(context, request);
  const project = (await pin?.pinnedProject(context, loaded)) ?? loaded.project;
  if (!options.redact) return renderProject(project, { format });
  return renderProject(project, { format, transform: await modelRedaction(project.environment) });
}

function outputFormat(format: string | undefined): RenderOptions['format'] {
  if (format === undefined || format === '' || format === 'yaml') return 'yaml';
  if (format === 'json') return 'json';
  throw new FlotillaError('cli.usage', `unsupported format ${quote(format)}`, {
    hint: '--format is yaml or json.',
  });
}
