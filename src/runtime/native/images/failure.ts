import { FlotillaError } from '../../../core/error.ts';

export function archiveError(what: string, reason: string): FlotillaError {
  return new FlotillaError('image.archive', `${what} is no image: ${reason}`, {
    hint: 'An archive of `docker save`, an OCI archive or an OCI folder can be loaded; a file system can be imported.',
  });
}
