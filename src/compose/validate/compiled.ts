import * as generated from '../generated/compose-schema.mjs';

/** The words of JSON Schema that schemas/compose.schema.json uses and messages are made from. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly then?: { readonly const?: string };
}

export interface CompiledError {
  /** JSON pointer of the value at fault. */
  readonly instancePath: string;
  /** The word of the schema that the value does not obey. */
  readonly keyword: string;
  /** The key that is missing, unknown or badly named. */
  readonly key?: string;
}

/** schemas/compose.schema.json without the texts for people. */
export const composeSchema = generated.schema as unknown as Schema & {
  readonly $defs: Readonly<Record<string, Schema>>;
};

/** What the schema objects to, several times over where one thing breaks several of its rules. */
export function schemaErrors(plain: unknown): readonly CompiledError[] {
  const validate = generated.validate as unknown as Validate;
  return validate(plain) ? [] : (validate.errors ?? []);
}

interface Validate {
  (plain: unknown): boolean;
  /** Those of the last call. */
  readonly errors?: readonly CompiledError[] | null;
}
