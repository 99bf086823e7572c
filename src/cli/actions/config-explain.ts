import { explainValue } from '../../compose/index.ts';
import { isError } from '../../core/diagnostic.ts';
import { DiagnosticsError } from '../../core/error.ts';
import type { CommandContext } from '../command.ts';
import type { configOptions } from '../commands/config.ts';
import { loadOptionsFor, printWarnings } from '../load.ts';
import { explanationJson, explanationText } from '../output/explanation.ts';
import { createStyle, wantsColour } from '../style.ts';

/** `config --explain PATH`: not the model, but where one place of it comes from. */
export async function runExplain(
  context: CommandContext<typeof configOptions>,
  path: string,
): Promise<number> {
  const { io, global, options } = context;
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
