/**
 * Options as data. A table maps the long name to its definition, and `OptionValues` gives each its type, so that
 * `{ 'remove-orphans': { kind: 'flag', … } }` is read as `options.removeOrphans: boolean`.
 */
export type OptionTable = Readonly<Record<string, OptionDefinition>>;

export type OptionDefinition = FlagOption | TextOption | ListOption | IntegerOption;

interface OptionBase {
  /** What it does, as help prints it. */
  readonly summary: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** Accepted, and left out of help. */
  readonly hidden?: boolean;
  /** Other long names that old scripts use, without dashes. */
  readonly oldNames?: readonly string[];
}

/** `--quiet`, `--quiet=false`. */
export interface FlagOption extends OptionBase {
  readonly kind: 'flag';
  /** False unless given; `'unset'` tells "not given" apart, as `undefined`. */
  readonly default?: boolean | 'unset';
}

/** `--format json`. `undefined` when it was not given and has no default. */
export interface TextOption extends OptionBase {
  readonly kind: 'text';
  /** The word that help puts behind the name; `string` unless given. */
  readonly value?: string;
  readonly default?: string;
  /** The only values allowed. */
  readonly choices?: readonly string[];
}

/** `--profile a --profile b`; commas do not split. */
export interface ListOption extends OptionBase {
  readonly kind: 'list';
  readonly value?: string;
}

/** `--timeout 5`. `undefined` when it was not given and has no default. */
export interface IntegerOption extends OptionBase {
  readonly kind: 'integer';
  readonly value?: string;
  readonly default?: number;
}

export type OptionValue = boolean | string | number | readonly string[] | undefined;

export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table as CamelCase<Name & string>]: ValueOf<Table[Name]>;
};

type ValueOf<Option extends OptionDefinition> = Option extends { kind: 'flag' }
  ? Option extends { default: 'unset' }
    ? boolean | undefined
    : boolean
  : Option extends { kind: 'list' }
    ? readonly string[]
    : Option extends { kind: 'integer' }
      ? Option extends { default: number }
        ? number
        : number | undefined
      : Option extends { kind: 'text' }
        ? TextOf<Option>
        : never;

type TextOf<Option> =
  | (Option extends { choices: readonly (infer Choice)[] } ? Choice : string)
  | (Option extends { default: string } ? never : undefined);

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** `remove-orphans` to `removeOrphans`. */
export function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** What each option is when the command line does not name it. */
export function defaultValues<const Table extends OptionTable>(table: Table): OptionValues<Table> {
  const values: Record<string, OptionValue> = {};
  for (const [name, option] of Object.entries(table)) values[camelCase(name)] = defaultValue(option);
  return values as OptionValues<Table>;
}

export function defaultValue(option: OptionDefinition): OptionValue {
  switch (option.kind) {
    case 'flag':
      return option.default === 'unset' ? undefined : (option.default ?? false);
    case 'list':
      return [];
    case 'text':
    case 'integer':
      return option.default;
  }
}

/** The option behind `-f`, `--file` or an old name of it. */
export function findOption(
  table: OptionTable,
  spelling: string,
): { readonly name: string; readonly option: OptionDefinition } | undefined {
  const word = spelling.replace(/^--?/, '');
  const isLong = spelling.startsWith('--');
  for (const [name, option] of Object.entries(table)) {
    if (isLong ? name === word || option.oldNames?.includes(word) : option.short === word)
      return { name, option };
  }
  return undefined;
}
