import { FlotillaError } from '../../../core/error.ts';
import { stripControl } from '../../../core/text.ts';

/** A format that cannot be used; the sentence goes on after `--format:`. */
export function formatFailure(what: string, hint?: string): FlotillaError {
  return new FlotillaError(
    'cli.usage',
    `cannot use this --format: ${stripControl(what)}`,
    hint === undefined ? {} : { hint },
  );
}
