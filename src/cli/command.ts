import type { GlobalOptions } from './global-options.ts';
import type { Io } from './io.ts';
import type { OptionTable, OptionValues } from './option.ts';

/**
 * How to add a command, `stop` for example:
 *
 * 1. `src/cli/commands/stop.ts` describes it. Only data, so that help and completion cost nothing:
 *
 *    ```ts
 *    export const stopOptions = {
 *      timeout: { kind: 'integer', short: 't', summary: 'Seconds to wait before killing a container' },
 *    } as const satisfies OptionTable;
 *
 *    export const stop = defineCommand({
 *      name: 'stop',
 *      summary: 'Stop services',
 *      group: 'run',
 *      options: stopOptions,
 *      arguments: [{ name: 'SERVICE', variadic: true }],
 *      examples: [{ command: 'flotilla stop -t 3 web', shows: 'Give web 3 seconds to end by itself' }],
 *      load: () => import('../actions/stop.ts'),
 *    });
 *    ```
 *
 * 2. `src/cli/actions/stop.ts` carries it out; it is loaded when the command is at hand and not before:
 *
 *    ```ts
 *    export async function run(context: CommandContext<typeof stopOptions>): Promise<number> {
 *      context.options.timeout; // number | undefined
 *      return 0; // the exit code
 *    }
 *    ```
 *
 * 3. `src/cli/commands/index.ts` lists it.
 *
 * `run` throws a FlotillaError or a DiagnosticsError for what goes wrong: `main` prints it and takes its exit code.
 * Anything else that it throws is printed as a bug.
 */
export interface CommandDefinition<Table extends OptionTable = OptionTable> {
  readonly name: string;
  /** Other names that run it. */
  readonly aliases?: readonly string[];
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** More for the command's own help. */
  readonly details?: string;
  readonly group: CommandGroup;
  readonly hidden?: boolean;
  readonly options: Table;
  readonly arguments: readonly ArgumentDefinition[];
  readonly examples: readonly Example[];
  /** What it does with `--dry-run`; absent: it refuses. */
  readonly dryRun?: DryRun;
  /** Flags end at the first argument; what follows belongs to the command that runs in the container. */
  readonly passThrough?: boolean;
  load(): Promise<{ run(context: CommandContext<Table>): Promise<number> }>;
}

/** `shows-plan`: prints what it would do. `as-usual`: it changes nothing anyway. */
export type DryRun = 'shows-plan' | 'as-usual';

export type CommandGroup = 'run' | 'inspect' | 'work' | 'manage';

export interface ArgumentDefinition {
  /** In capitals, as help prints it. */
  readonly name: string;
  readonly required?: boolean;
  /** Takes all words that are left. */
  readonly variadic?: boolean;
}

export interface Example {
  readonly command: string;
  /** What it shows, as a short sentence without a full stop. */
  readonly shows: string;
}

export interface CommandContext<Table extends OptionTable = OptionTable> {
  readonly options: OptionValues<Table>;
  readonly arguments: readonly string[];
  readonly global: GlobalOptions;
  readonly io: Io;
}

/** Checks the description and keeps the types of its options. */
export function defineCommand<const Table extends OptionTable>(
  definition: CommandDefinition<Table>,
): CommandDefinition {
  return definition;
}
