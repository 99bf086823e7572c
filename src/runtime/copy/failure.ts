import { FlotillaError, messageOf } from '../../core/error.ts';
import { quote } from '../../core/text.ts';

/** `run.copy`, with the system's reason: `cannot read "/x": permission denied`. */
export function copyFailure(doing: string, path: string, error: unknown): FlotillaError {
  if (error instanceof FlotillaError) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  return new FlotillaError(
    'run.copy',
    `cannot ${doing} ${quote(path)}: ${reasons[code] ?? messageOf(error)}`,
    {
      cause: error,
    },
  );
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
  ENOSPC: 'no space left on device',
  ELOOP: 'a link is in the way',
  ENAMETOOLONG: 'the name is too long',
};
