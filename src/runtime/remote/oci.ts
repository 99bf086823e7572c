import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemoteProject } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { loadRegistry } from '../../images/index.ts';
import { openRegistry, type RegistryAccess } from '../registry.ts';
import type { Store } from './store.ts';

const mainFile = 'compose.yaml';

/** A Compose project in a registry. One that is named by its digest and was fetched before needs no network. */
export async function fetchOci(
  text: string,
  store: Store,
  access: RegistryAccess & { readonly signal?: AbortSignal },
): Promise<RemoteProject> {
  const { findComposeProject, parseReference } = await loadRegistry();
  const reference = parseReference(text.replace(/^oci:\/\//, ''));
  const find = async () => {
    try {
      return await findComposeProject(reference, await openRegistry(access), access.signal);
    } catch (thrown) {
      throw thrown instanceof FlotillaError ? failedPull(thrown, text) : thrown;
    }
  };
  let found = reference.digest === undefined ? await find() : undefined;
  const name = reference.digest ?? found?.digest ?? '';
  const folder = await store.keep(name.slice(name.indexOf(':') + 1), isWhole, async (scratch) => {
    found ??= await find();
    const files = await found.files().catch((thrown: unknown) => {
      throw thrown instanceof FlotillaError ? failedPull(thrown, text) : thrown;
    });
    for (const [file, content] of files)
      await writeFile(join(scratch, file), content, { mode: 0o600, flag: 'wx' });
    if (!files.has(mainFile)) throw failedPull(empty(text), text);
  });
  return { folder, file: join(folder, mainFile) };
}

async function isWhole(folder: string): Promise<boolean> {
  return stat(join(folder, mainFile)).then(
    (found) => found.isFile(),
    () => false,
  );
}

function failedPull(cause: FlotillaError, text: string): FlotillaError {
  const { code, message, hint, retryable } = cause;
  const offline =
    code === 'image.registry'
      ? ' What was fetched before is found without network by its digest: oci://NAME@DIGEST.'
      : '';
  return new FlotillaError(code, `failed to pull OCI resource ${quote(text)}: ${message}`, {
    hint: `${hint ?? ''}${offline}`,
    retryable,
    cause,
  });
}

function empty(text: string): FlotillaError {
  return new FlotillaError('compose.no-file', `${quote(text)} has no Compose file`, {
    hint: 'Publish it again with `docker compose publish`.',
  });
}
