import type { LoadResult, ModelPath } from '../../compose/index.ts';
import type { ErrorCode } from '../../core/codes.ts';
import { type Diagnostic, placed } from '../../core/diagnostic.ts';

/** Something in the model that forbids a run. */
export interface Finding {
  readonly code: ErrorCode;
  readonly path: ModelPath;
  readonly message: string;
  readonly hint: string;
}

export function toDiagnostic(
  { code, path, message, hint }: Finding,
  locate: LoadResult['locate'],
): Diagnostic {
  return {
    severity: 'error',
    code,
    message,
    hint,
    path: pathText(path),
    ...placed(locate(path)),
  };
}

/** `services.web.volumes[1].type` */
export function pathText(path: ModelPath): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
