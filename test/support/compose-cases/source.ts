import type { Random } from '../random.ts';
import { isPlainSafe, plain, quoted, type ScalarStyle, type Yaml, type YamlScalar } from './yaml-tree.ts';

/** What all generators draw from. */
export interface Source {
  readonly random: Random;
  /** True where something wrong or strange is to be written; how often depends on the case. */
  odd(): boolean;
  /** A variable that the project will have, with this value; gives its name. */
  variable(value: string): string;
  readonly environment: Map<string, string>;
  /** Names that refer to something in the project, by kind, so that references mostly resolve. */
  readonly names: {
    readonly services: string[];
    readonly networks: string[];
    readonly volumes: string[];
    readonly configs: string[];
    readonly secrets: string[];
    readonly models: string[];
    /** Env files, label files: paths that exist. */
    readonly envFiles: string[];
    readonly labelFiles: string[];
  };
}

export function createSource(random: Random, oddness: number): Source {
  const environment = new Map<string, string>();
  return {
    random,
    odd: () => random.chance(oddness),
    environment,
    variable: (value) => {
      const name = `${random.pick(['TAG', 'PORT', 'HOST', 'Db_Name', '_x', 'DOMAIN', 'v'])}${environment.size}`;
      environment.set(name, value);
      return name;
    },
    names: {
      services: [],
      networks: [],
      volumes: [],
      configs: [],
      secrets: [],
      models: [],
      envFiles: [],
      labelFiles: [],
    },
  };
}

export type Gen = (source: Source) => Yaml;

export function oneOf(...choices: readonly Gen[]): Gen {
  return (source) => source.random.pick(choices)(source);
}

/** A string that stays the same whatever its spelling, sometimes by way of a variable. */
export function str(...values: readonly string[]): Gen {
  return (source) => spellText(source, source.random.pick(values));
}

export function spellText(source: Source, value: string): YamlScalar {
  const { random } = source;
  const escaped = value.replaceAll('$', () => '$$');
  if (value === escaped && random.chance(0.06)) return spell(source, viaVariable(source, value));
  return spell(source, escaped);
}

/** A string as it is, dollars and all. */
export function spell({ random, odd }: Pick<Source, 'random' | 'odd'>, value: string): YamlScalar {
  const styles: ScalarStyle[] = ['double', 'single'];
  if (isPlainSafe(value) || odd()) styles.push('plain', 'plain', 'plain', 'plain', 'plain');
  if (value.includes('\n') && !/^\s|\s\n|\r|\t/.test(value))
    styles.push('literal', 'literal', 'literal', 'folded');
  else if (value.length > 20 && !/^\s|\s$|\n|\r|\t/.test(value) && random.chance(0.2))
    styles.push('folded', 'literal');
  return { kind: 'scalar', text: value, style: random.pick(styles) };
}

function viaVariable(source: Source, value: string): string {
  const { random } = source;
  const unset = random.pick(['NOPE', 'UNSET_1', 'nope']);
  const simple = /^[^{}\n]*$/.test(value);
  const forms: (() => string)[] = [
    () => `$${source.variable(value)}`,
    () => `\${${source.variable(value)}}`,
    () => `\${${source.variable(value)}:?is needed}`,
    () => `\${${source.variable(value)}?}`,
    () => `\${${source.variable(value)}:-other}`,
  ];
  if (simple) {
    forms.push(
      () => `\${${unset}:-${value}}`,
      () => `\${${unset}-${value}}`,
      () => `\${${source.variable('x')}:+${value}}`,
      () => `\${${source.variable('')}+${value}}`,
      () => `\${${unset}:-\${${unset}:-${value}}}`,
      () => `\${${unset}:-\${${source.variable(value)}}}`,
      () => `${value}\${${unset}}`,
      () => `${value}\${${source.variable('')}:+more}`,
    );
  }
  return random.pick(forms)();
}

export function int(...values: readonly number[]): Gen {
  return (source) => {
    const { random } = source;
    const value = random.pick(values);
    if (source.odd()) return strangeNumber(source, value);
    if (random.chance(0.08)) return spell(source, viaVariable(source, String(value)));
    if (random.chance(0.1)) return quoted(String(value));
    return plain(String(value));
  };
}

function strangeNumber(source: Source, value: number): Yaml {
  const size = Math.abs(Math.trunc(value));
  return plain(
    source.random.pick([
      `0x${size.toString(16)}`,
      `0o${size.toString(8)}`,
      `0${size.toString(8)}`,
      `0b${size.toString(2)}`,
      `+${size}`,
      `-${size}`,
      `${size}.0`,
      `${size}.5`,
      `${size}e0`,
      `${size}_0`,
      `${size}abc`,
      '1e3',
      '.5',
      '5.',
      '1_000',
      '.inf',
      '.nan',
      'true',
      '',
      '12:30:45',
      '9223372036854775807',
      '18446744073709551615',
      '99999999999999999999',
    ]),
  );
}

export function bool(): Gen {
  return (source) => {
    const { random } = source;
    if (source.odd())
      return plain(random.pick(['yes', 'no', 'on', 'off', 'y', 'N', 'TRUE', 'False', '1', '0', '', 'maybe']));
    const value = random.pick(['true', 'false']);
    if (random.chance(0.08)) return spell(source, viaVariable(source, value));
    return plain(value);
  };
}

export const duration: Gen = (source) =>
  source.odd()
    ? str(
        '1',
        '0',
        '1.5',
        '1y',
        '',
        '-5s',
        '1h 5m',
        '5S',
        '1m30',
        '.5s',
        '1h5m3.2s',
        '300000h',
        '1e3s',
      )(source)
    : str(
        '5s',
        '1m30s',
        '500ms',
        '1h',
        '2h45m10s',
        '1.5h',
        '10us',
        '1d',
        '1w2d',
        '0s',
        '90s',
        '1000ms',
        '36h',
        '1µs',
      )(source);

export const size: Gen = (source) => {
  const { random } = source;
  if (source.odd())
    return str('1x', '', '-1', '1.5.2g', '1 g', 'g', '1e3', '1gbb', '0.1b', '1_000', '0x10')(source);
  return random.chance(0.3) ? int(1024, 1048576, 64000000, 536870912)(source) : textSize(source);
};

export const textSize: Gen = str(
  '1g',
  '512m',
  '64M',
  '1.5G',
  '300kb',
  '2GiB',
  '128mib',
  '1024b',
  '1t',
  '50000',
  '1Gb',
);

/** Anything at all, where something else belongs. */
export const junk: Gen = (source) => {
  const { random } = source;
  const scalars = ['', '~', 'null', '5', '1.5', 'true', 'x', '2020-01-01', '"5"', "''", '0x1f', '1e1000'];
  return random.pick<Gen>([
    () => plain(random.pick(scalars)),
    () => plain(random.pick(scalars)),
    () => ({ kind: 'list', items: [plain(random.pick(scalars))], flow: random.chance(0.5) }),
    () => ({ kind: 'list', items: [], flow: true }),
    () => ({ kind: 'map', entries: [], flow: true }),
    () => ({
      kind: 'map',
      entries: [{ key: plain(random.pick(['x', 'x-y', 'foo', '5', 'null'])), value: plain('x') }],
    }),
    () => ({ kind: 'list', items: [{ kind: 'list', items: [plain('x')] }] }),
    () => ({ kind: 'list', items: [{ kind: 'map', entries: [{ key: plain('a'), value: plain('b') }] }] }),
  ])(source);
};
