import type { OptionValue } from './option.ts';

/** What one part of the command line said. */
export interface ParsedOptions {
  /** By camel-case name; options that were not given have their default. */
  readonly values: Readonly<Record<string, OptionValue>>;
  /** Camel-case names of the options that were really given. */
  readonly given: ReadonlySet<string>;
  readonly operands: readonly string[];
  /** `-h`, `--help`. */
  readonly help: boolean;
}
