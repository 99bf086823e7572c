import type { ErrorCode } from '../../core/codes.ts';
import type { ModelPath } from '../project.ts';

/** Says that a service contradicts itself or the rest of the project. */
export type Complain = (
  path: ModelPath,
  code: ErrorCode,
  message: string,
  hint: string | (() => string),
) => void;
