import { nodeFiles } from '../compose/index.ts';
import { FlotillaError } from '../core/error.ts';
import { readDockerConfig } from '../runtime/index.ts';
import { type KeySequence, parseDetachKeys, usualDetachKeys } from './detach-keys.ts';
import type { Io } from './io.ts';

/**
 * What leaves a terminal: the option, else `detachKeys` of docker's config.json, else Ctrl+P Ctrl+Q; an empty text is none.
 * Throws `cli.usage`, which names the file when it is wrong.
 */
export async function chosenDetachKeys(
  io: Pick<Io, 'environment' | 'home'>,
  option?: string,
): Promise<KeySequence> {
  if (option !== undefined && option !== '') return parseDetachKeys(option);
  const { environment, home } = io;
  const { path, settings } = await readDockerConfig({ environment, home, files: nodeFiles() });
  const keys = settings.detachKeys ?? '';
  if (keys === '') return usualDetachKeys;
  try {
    return parseDetachKeys(typeof keys === 'string' ? keys : JSON.stringify(keys));
  } catch (error) {
    if (!(error instanceof FlotillaError)) throw error;
    throw new FlotillaError('cli.usage', `${path}: ${error.message.replace('detach keys', '"detachKeys"')}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}
