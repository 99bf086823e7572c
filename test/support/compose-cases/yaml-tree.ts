/** YAML with its spelling: what a generator makes up, what a shrinker makes smaller, what a file is written from. */
export type Yaml = YamlScalar | YamlMap | YamlList | YamlAlias;

interface Decorated {
  readonly tag?: string;
  readonly anchor?: string;
}

export interface YamlScalar extends Decorated {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: ScalarStyle;
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface YamlMap extends Decorated {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
  readonly flow?: boolean;
}

export interface YamlEntry {
  readonly key: YamlScalar | YamlAlias;
  readonly value: Yaml;
  /** A comment on a line of its own before the entry. */
  readonly comment?: string;
}

export interface YamlList extends Decorated {
  readonly kind: 'list';
  readonly items: readonly Yaml[];
  readonly flow?: boolean;
}

export interface YamlAlias {
  readonly kind: 'alias';
  readonly name: string;
}

export function plain(text: string): YamlScalar {
  return { kind: 'scalar', text, style: 'plain' };
}

export function quoted(text: string): YamlScalar {
  return { kind: 'scalar', text, style: 'double' };
}

/** A string in the simplest spelling that stays a string. */
export function text(value: string): YamlScalar {
  return isPlainSafe(value) ? plain(value) : quoted(value);
}

export function map(entries: Readonly<Record<string, Yaml>> | readonly (readonly [string, Yaml])[]): YamlMap {
  const pairs = Array.isArray(entries) ? entries : Object.entries(entries);
  return { kind: 'map', entries: pairs.map(([key, value]) => ({ key: text(key), value })) };
}

/** No reader takes it for anything but this string, in block and in flow style. */
export function isPlainSafe(value: string): boolean {
  return (
    /^[A-Za-z_/][A-Za-z0-9_./=@$-]*(?: [A-Za-z0-9_./=@$-]+)*$/.test(value) &&
    !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(value)
  );
}
