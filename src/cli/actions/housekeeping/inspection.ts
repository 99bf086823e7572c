import type { FlotillaError } from '../../../core/error.ts';
import type { Description } from '../../../runtime/index.ts';
import type { Io } from '../../io.ts';
import { compileTemplate, type TemplateValue, toGoJson } from '../../output/template/index.ts';
import { joined } from '../image/with-images.ts';
import { noSuch } from './each.ts';

/** Shows those that are there, and then fails for those that are not, as docker does. */
export async function inspectEach(
  { io, names, format }: { readonly io: Io; readonly names: readonly string[]; readonly format?: string },
  kind: 'network' | 'volume',
  find: (name: string) => Promise<Description | undefined>,
): Promise<number> {
  const found: TemplateValue[] = [];
  const failures: FlotillaError[] = [];
  for (const name of names) {
    const description = await find(name);
    if (description === undefined) failures.push(noSuch(kind, name));
    else found.push(description as TemplateValue);
  }
  io.stdout.write(inspectionText(found, format));
  const failure = joined(failures);
  if (failure !== undefined) throw failure;
  return 0;
}

export function inspectionText(found: readonly TemplateValue[], format: string | undefined): string {
  if (format === undefined || format === '') return `${JSON.stringify(found, undefined, 4)}\n`;
  const lines = format === 'json' ? found.map(toGoJson) : found.map((item) => compileTemplate(format)(item));
  return lines.map((line) => `${line}\n`).join('');
}
