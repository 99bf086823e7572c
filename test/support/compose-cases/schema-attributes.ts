import { readFileSync } from 'node:fs';

interface ServiceSchema {
  readonly $defs: { readonly service: { readonly properties: Readonly<Record<string, unknown>> } };
}

const schema = JSON.parse(
  readFileSync(new URL('../../../schemas/compose.schema.json', import.meta.url), 'utf8'),
) as ServiceSchema;

/** All that the schema lets a service have. */
export const attributesOfSchema: readonly string[] = Object.keys(schema.$defs.service.properties);
