import { FlotillaError, messageOf } from '../../core/error.ts';
import { type CommandResult, runCommand } from '../process.ts';

export interface GitOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/**
 * Runs git on things that strangers wrote: no prompts, no hooks, no submodules, no protocol but those of the net; the
 * user's own settings (credentials, proxies, addresses to replace) count. Rejects with `compose.remote` when there
 * is no git; any exit code resolves.
 */
export async function runGit(
  args: readonly string[],
  { environment, signal }: GitOptions,
  cwd?: string,
): Promise<CommandResult> {
  try {
    return await runCommand(
      ['git', ...settings, ...args],
      { environment: gitEnvironment(environment), ...(cwd === undefined ? {} : { cwd }) },
      signal,
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw new FlotillaError('compose.remote', `cannot run git: ${messageOf(error)}`, {
      hint: 'Install git, or fetch the project in another way and use the local path.',
      cause: error,
    });
  }
}

const settings: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'advice.detachedHead=false',
].flatMap((setting) => ['-c', setting]);

/** Variables that tie git to another repository, as git itself sets them for hooks: `git rev-parse --local-env-vars`. */
const ofAnotherRepository: ReadonlySet<string> = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_PARAMETERS',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NAMESPACE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_TEMPLATE_DIR',
  'GIT_WORK_TREE',
]);

function gitEnvironment(environment: GitOptions['environment']): GitOptions['environment'] {
  const own = Object.entries(environment).filter(([name]) => !ofAnotherRepository.has(name));
  const given = Object.fromEntries(own);
  const hasSsh = Boolean(given['GIT_SSH'] || given['GIT_SSH_COMMAND']);
  return {
    ...given,
    GIT_TERMINAL_PROMPT: given['GIT_TERMINAL_PROMPT'] || '0',
    ...(hasSsh ? {} : { GIT_SSH_COMMAND: 'ssh -o ControlMaster=no -o BatchMode=yes' }),
    GIT_ALLOW_PROTOCOL: 'http:https:ssh:git',
  };
}
