import type { ExplainedSource, Explanation } from '../../compose/index.ts';
import { formatPosition, type SourceRange } from '../../core/diagnostic.ts';
import { stripControl } from '../../core/text.ts';
import type { Style } from '../style.ts';
import { escapeControl } from './json-line.ts';

/** For people: the value, then each source with the lines of its file. Of a subtree one line per value. */
export function explanationText(
  explanation: Explanation,
  leaves: readonly Explanation[],
  style: Style,
): string {
  const { path, value, rule, notes, sources } = explanation;
  const several = sources.filter(({ kind }) => kind !== 'reset').length > 1;
  const shown = leaves.length > 0 ? '' : `: ${value === undefined ? style.dim('nothing') : short(value)}`;
  const lines = [
    `${style.bold(stripControl(path))}${shown}`,
    ...(explanation.default === undefined ? [] : [explanation.default]),
    ...notes,
    ...(leaves.length > 0 ? leafLines(explanation, leaves, style) : []),
    ...(rule === undefined ? [] : ['', `${style.cyan('merge:')} ${rule}`]),
    ...(leaves.length > 0 && !several
      ? []
      : sources.flatMap((source) => sourceLines(source, several, style))),
  ];
  return `${lines.join('\n')}\n`;
}

function sourceLines(source: ExplainedSource, several: boolean, style: Style): readonly string[] {
  const { kind, what, at, frame, value, used, via, variables } = source;
  const isSingle = value === null || typeof value !== 'object';
  const said = kind === 'reset' || !isSingle ? '' : `: ${short(value)}`;
  const unused = several && !used ? style.dim(' (not used)') : '';
  return [
    '',
    `${style.bold(stripControl(formatPosition(at)))} ${stripControl(what)}${said}${unused}`,
    ...(frame === undefined ? [] : frame.split('\n').map((line) => `  ${line}`)),
    ...via.map((each) => `  by the ${each.kind} ${stripControl(each.text)} at ${formatPosition(each.at)}`),
    ...variables.map(
      (each) =>
        `  \${${each.name}}${each.value === undefined ? '' : ` is ${short(each.value)}`}: ${each.source}`,
    ),
  ];
}

function leafLines({ path }: Explanation, leaves: readonly Explanation[], style: Style): readonly string[] {
  const rows = leaves.map((leaf) => ({
    name: stripControl(leaf.path.slice(path.length).replace(/^\./, '')),
    value: clip(short(leaf.value ?? null)),
    from: origin(leaf),
  }));
  const width = (texts: readonly string[]) => Math.min(48, Math.max(0, ...texts.map((text) => text.length)));
  const [nameWidth, valueWidth] = [
    width(rows.map(({ name }) => name)),
    width(rows.map(({ value }) => value)),
  ];
  return rows.map(({ name, value, from }) =>
    `  ${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${style.dim(from)}`.trimEnd(),
  );
}

function origin(leaf: Explanation): string {
  const used = leaf.sources.filter((source) => source.used && source.kind !== 'reset');
  const places = [...new Set(used.map(({ at }) => formatPosition(at)))];
  const names = used.flatMap(({ variables }) => variables.map(({ name }) => `\${${name}}`));
  const variables = names.length === 0 ? '' : ` with ${[...new Set(names)].join(', ')}`;
  if (places.length === 0 || leaf.default !== undefined) return leaf.default ?? '';
  return `${places.join(', ')}${variables}`;
}

function short(value: unknown): string {
  return stripControl(JSON.stringify(value));
}

function clip(text: string): string {
  return text.length > 48 ? `${text.slice(0, 47)}…` : text;
}

/** For programs: the same as data, positions as in diagnostics. Values are complete, as `config` prints them. */
export function explanationJson(explanation: Explanation, leaves: readonly Explanation[]): string {
  const record = recordOf(explanation);
  const whole = leaves.length === 0 ? record : { ...record, leaves: leaves.map(recordOf) };
  return `${escapeControl(JSON.stringify(whole))}\n`;
}

function recordOf(explanation: Explanation): object {
  return {
    ...explanation,
    sources: explanation.sources.map(({ at, via, variables, ...source }) => ({
      ...source,
      ...placed(at),
      via: via.map(({ at: place, ...each }) => ({ ...each, ...placed(place) })),
      variables: variables.map(({ at: place, ...each }) => ({ ...each, ...placed(place) })),
    })),
  };
}

function placed(at: SourceRange | undefined): object {
  if (at === undefined) return {};
  const { file, start, end } = at;
  return {
    file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}
