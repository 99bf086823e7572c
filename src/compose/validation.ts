import type { ErrorCode } from '../core/codes.ts';
import type { ModelPath } from './project.ts';
import type { Report } from './report.ts';
import type { Node } from './tree/node.ts';
import { originAt } from './tree/path.ts';
import { toPlain } from './tree/plain.ts';

/** Checks a merged tree against the schema and reports what does not fit, where it stands. */
export type Validate = (tree: Node, report: Report) => void;

/** What the schema says about plain data; see `validate/index.ts`. */
export type ValidatePlain = (plain: unknown) => readonly {
  readonly path: ModelPath;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly atKey?: boolean;
}[];

export function schemaValidation(validatePlain: ValidatePlain): Validate {
  return (tree, report) => {
    for (const { path, code, message, hint, atKey } of validatePlain(toPlain(tree))) {
      report.error(code, message, { at: originAt(tree, path, atKey), path, hint });
    }
  };
}
