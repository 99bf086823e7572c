import { unreachable } from '../../core/error.ts';
import { isolate } from './isolate.ts';
import type { Reporter, ReporterMode, ReporterOptions } from './reporter.ts';

/** `--progress` and `--ansi` with what the environment says. */
export interface ModeRequest {
  readonly progress: ReporterMode | 'auto' | undefined;
  readonly ansi: 'auto' | 'never' | 'always' | undefined;
  readonly isTTY: boolean;
  /** The TERM variable. */
  readonly terminal: string | undefined;
}

/** Without a choice of the user's: a live view where a terminal can show it, else lines. */
export function chooseReporterMode({ progress, ansi, isTTY, terminal }: ModeRequest): ReporterMode {
  if (progress !== undefined && progress !== 'auto') return progress;
  if (ansi === 'always') return 'tty';
  return isTTY && ansi !== 'never' && terminal !== 'dumb' ? 'tty' : 'plain';
}

/** Loads the reporter that was asked for, and no other. What it throws later stays with it. */
export async function createReporter(mode: ReporterMode, options: ReporterOptions): Promise<Reporter> {
  return isolate(await load(mode, options), mode, options.output);
}

async function load(mode: ReporterMode, options: ReporterOptions): Promise<Reporter> {
  switch (mode) {
    case 'tty':
      return (await import('./tty.ts')).createTtyReporter(options);
    case 'plain':
      return (await import('./plain.ts')).createPlainReporter(options);
    case 'json':
      return (await import('./json.ts')).createJsonReporter(options);
    case 'quiet':
      return (await import('./quiet.ts')).createQuietReporter(options);
    default:
      return unreachable(mode, 'createReporter');
  }
}

/** The `every` of a real process. The timer alone does not keep it alive. */
export function everyInterval(milliseconds: number, callback: () => void): () => void {
  const timer = setInterval(callback, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}
