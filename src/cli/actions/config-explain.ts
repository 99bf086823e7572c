import { explainValue } from '../../compose/index.ts';
import { isError } from '../../core/diagnostic.ts';
import { DiagnosticsError, FlotillaError } from '../../core/error.ts';
import { loadOptionsFor, printWarnings } from '../load.ts';
import { explanationJson, explanationText } from '../output/explanation.ts';
import { createStyle, wantsColour } from '../style.ts';
import type { ConfigContext } from './config-request.ts';

/** `config --explain PATH`: not the model, but where one place of it comes from. */
export async function runExplain(context: ConfigContext, path: string): Promise<number> {
  const { io, global, options } = context;
  const ignored = pointlessFlag(options);
  if (ignored !== undefined) {
    throw new FlotillaError('cli.usage', `--explain cannot be used with --${ignored}`, {
      hint:
        ignored === 'redact'
          ? 'It quotes the lines of the files as they are: leave --redact out, or run `config --redact` for the model.'
          : `Leave --${ignored} out: it would have no effect.`,
    });
  }
  const result = await explainValue(loadOptionsFor(context), path);
  if (result.explanation === undefined) throw new DiagnosticsError(result.diagnostics.filter(isError));
  await printWarnings(context, result.diagnostics);
  const { explanation, leaves } = result;
  const text =
    options.format === 'json'
      ? explanationJson(explanation, leaves)
      : explanationText(explanation, leaves, createStyle(wantsColour(io.stdout, io, global)));
  io.stdout.write(text);
  return 0;
}

/** What changes the model that is printed, or where to; an explanation is about the files. */
function pointlessFlag(options: ConfigContext['options']): string | undefined {
  const flags: Readonly<Record<string, boolean>> = {
    redact: options.redact,
    output: options.output !== undefined,
    quiet: options.quiet,
    'no-interpolate': options.noInterpolate,
    'no-normalize': options.noNormalize,
    'no-path-resolution': options.noPathResolution,
    'no-env-resolution': options.noEnvResolution,
    'no-consistency': options.noConsistency,
    'resolve-image-digests': options.resolveImageDigests,
    'lock-image-digests': options.lockImageDigests,
  };
  return Object.entries(flags).find(([, given]) => given)?.[0];
}
