import type { ErrorCode } from '../../core/codes.ts';
import type { ModelPath } from '../project.ts';

/** One mistake that the schema found. */
export interface SchemaProblem {
  /** The value at fault; of an unknown key or a bad name, the path that ends in it. */
  readonly path: ModelPath;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  /** The key itself is at fault, not its value. */
  readonly atKey?: boolean;
}
