import { alignTabs } from './table.ts';
import {
  compileTemplate,
  headerFunctions,
  type TemplateMethod,
  type TemplateValue,
  toGoJson,
} from './template/index.ts';

/** One line of a list, as `--format` sees it. Methods are for templates only and not part of its JSON. */
export type Row = Readonly<Record<string, TemplateValue>>;

export interface ListLayout {
  /** Template of the table that is printed without `--format`. */
  readonly table: string;
  /** Column titles by field; a field that is not named here is titled by its own words in capitals. */
  readonly titles: Readonly<Record<string, string>>;
  /** Every field that a row has. */
  readonly fields: readonly string[];
  readonly methods?: Readonly<Record<string, (argument: string) => string>>;
}

/**
 * Prints rows the way docker does: `''` and `table` as the usual table, `table TEMPLATE` as one with the template's
 * columns, `json` as one object per line, anything else as a template per line.
 */
export function formatRows(rows: readonly Row[], format: string, layout: ListLayout): string {
  if (format === 'json') return rows.map((row) => `${toGoJson(row)}\n`).join('');
  const asked = format.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
  const table = /^(?:table(?:\s+|$)|$)/.exec(asked);
  if (table === null) return linesOf(rows, asked);
  const columns = asked.slice(table[0].length) || layout.table;
  const titles = `${compileTemplate(columns)(titleRow(layout), headerFunctions)}\n`;
  return alignTabs(titles + linesOf(rows, columns));
}

function linesOf(rows: readonly Row[], source: string): string {
  const template = compileTemplate(source);
  return rows.map((row) => `${template(row)}\n`).join('');
}

function titleRow({ fields, titles, methods }: ListLayout): Row {
  const named = fields.map((field) => [field, titles[field] ?? inCapitals(field)] as const);
  return Object.fromEntries<string | TemplateMethod>([...named, ...Object.entries(methods ?? {})]);
}

/** `LOCAL VOLUMES` for `LocalVolumes`. */
function inCapitals(field: string): string {
  return field.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
}
