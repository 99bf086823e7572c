import { FlotillaError } from '../core/error.ts';
import { version } from '../core/version.ts';
import type { CommandDefinition } from './command.ts';
import { readCommandLine, rootOptions } from './command-line.ts';
import type { GlobalOptions } from './global-options.ts';
import { closedOutputExitCode, type Io, OutputClosed } from './io.ts';
import { splitArgv } from './split-argv.ts';
import type { ColourOptions } from './style.ts';

/** One run of the program: from the command line to the exit code. Never rejects. */
export async function main(io: Io, commands: readonly CommandDefinition[]): Promise<number> {
  let global: ReportOptions | undefined;
  try {
    const request = await readCommandLine(io.argv, commands);
    if (request.kind === 'help') {
      const { commandHelp, familyHelp, rootHelp } = await import('./help.ts');
      if ('family' in request) io.stdout.write(familyHelp(commands, request.family));
      else if (request.command === undefined) io.stdout.write(rootHelp(commands, rootOptions));
      else io.stdout.write(commandHelp(request.command));
      return 0;
    }
    global = { ...request.global, options: request.options };
    if (request.global.dryRun && request.command.dryRun === undefined) throw noDryRun(request.command);
    const { run } = await request.command.load();
    return await run({ options: request.options, arguments: request.arguments, global: request.global, io });
  } catch (thrown) {
    return await report(thrown, io, global);
  }
}

function noDryRun({ name }: CommandDefinition): FlotillaError {
  return new FlotillaError('cli.usage', `"flotilla ${name}" cannot be tried out with --dry-run`, {
    hint: 'leave the flag away to do it really',
  });
}

interface ReportOptions extends ColourOptions, Partial<Pick<GlobalOptions, 'progress'>> {
  /** The command's own. */
  readonly options?: object;
}

/** Prints what ended a run and returns the exit code for it. */
export async function report(
  thrown: unknown,
  io: Io,
  global: ReportOptions = { ansi: undefined, noAnsi: false },
): Promise<number> {
  if (thrown instanceof OutputClosed) return closedOutputExitCode;
  const [{ presentError }, { failureLines, wantsJsonDiagnostics }, { createStyle, wantsColour }] =
    await Promise.all([import('./present-error.ts'), import('./diagnostic-lines.ts'), import('./style.ts')]);
  const style = createStyle(wantsColour(io.stderr, io, global));
  const presented = presentError(thrown, style, {
    program: `Flotilla v${version}, ${io.program}`,
    commandWord: splitArgv(io.argv, rootOptions).word ?? '',
  });
  const lines = wantsJsonDiagnostics(global, global.options) ? failureLines(thrown) : undefined;
  try {
    io.stderr.write(lines ?? presented.text);
  } catch {
    // Nobody reads standard error either: the exit code is all that is left to say.
  }
  return presented.exitCode;
}
