import type { GlobalOptions } from './global-options.ts';
import type { Io, Output } from './io.ts';

/** Colours text, or leaves it alone. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** The global options that decide about colours. */
export type ColourOptions = Pick<GlobalOptions, 'ansi' | 'noAnsi'>;

/** `--ansi` decides; else NO_COLOR; else whether a terminal reads the output. */
export function wantsColour(output: Output, io: Io, global: ColourOptions): boolean {
  const asked = global.noAnsi ? 'never' : (global.ansi ?? io.environment['COMPOSE_ANSI'] ?? 'auto');
  if (asked === 'never' || asked === 'always') return asked === 'always';
  const plain = (io.environment['NO_COLOR'] ?? '') !== '' || io.environment['TERM'] === 'dumb';
  return !plain && output.isTTY;
}

export function createStyle(coloured: boolean): Style {
  const code = (on: number, off: number) => (text: string) =>
    coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    red: code(31, 39),
    green: code(32, 39),
    yellow: code(33, 39),
    cyan: code(36, 39),
  };
}
