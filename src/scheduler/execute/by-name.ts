import { FlotillaError } from '../../core/error.ts';
import type { ContainerId } from '../../core/ids.ts';

/** An error in which a container has its name: drivers speak of it by id, as it is given to them; people know the name. */
export function byName(
  error: unknown,
  { id, name }: { readonly id: ContainerId; readonly name: string },
): unknown {
  if (!(error instanceof FlotillaError) || !error.message.includes(id.slice(0, 12))) return error;
  const message = error.message.replaceAll(id, name).replaceAll(id.slice(0, 12), name);
  return new FlotillaError(error.code, message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    evidence: error.evidence,
    cause: error,
    retryable: error.retryable,
    exitCode: error.exitCode,
  });
}
