import { FlotillaError, messageOf } from '../../core/error.ts';
import { type CommandResult, runCommand } from '../process.ts';

export interface GitOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** Rejects with `compose.remote` when there is no git; any exit code resolves. */
export type Git = (args: readonly string[], cwd?: string) => Promise<CommandResult>;

/**
 * Runs git on things that strangers wrote: no prompts, no hooks, no submodules, no protocol but those of the net. The
 * user's own settings count (credentials, proxies, headers, addresses to replace, the way to run ssh), from files and
 * from GIT_CONFIG_COUNT alike; only the above is stronger.
 */
export function openGit({ environment, signal }: GitOptions): Git {
  let prepared: Promise<GitOptions['environment']> | undefined;
  return async (args, cwd) => {
    prepared ??= gitEnvironment(environment, signal);
    return run([...settings, ...args], { environment: await prepared, signal, cwd });
  };
}

async function run(
  args: readonly string[],
  {
    environment,
    signal,
    cwd,
  }: {
    readonly environment: GitOptions['environment'];
    readonly signal: AbortSignal | undefined;
    readonly cwd?: string | undefined;
  },
): Promise<CommandResult> {
  try {
    const options = { environment, ...(cwd === undefined ? {} : { cwd }) };
    return await runCommand(['git', ...args], options, signal);
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

/**
 * Variables that tie git to another repository, as git itself sets them for hooks: `git rev-parse --local-env-vars`, but
 * for GIT_CONFIG_COUNT. Git sets that one for nobody; those who run jobs hand over headers and addresses with it.
 */
const ofAnotherRepository: ReadonlySet<string> = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
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

async function gitEnvironment(
  environment: GitOptions['environment'],
  signal: AbortSignal | undefined,
): Promise<GitOptions['environment']> {
  const own = Object.entries(environment).filter(([name]) => !ofAnotherRepository.has(name));
  const given = {
    ...Object.fromEntries(own),
    GIT_TERMINAL_PROMPT: environment['GIT_TERMINAL_PROMPT'] || '0',
    GIT_ALLOW_PROTOCOL: 'http:https:ssh:git',
  };
  if (environment['GIT_SSH'] || environment['GIT_SSH_COMMAND']) return given;
  // The variable is stronger than the setting, so the setting has to be known before the variable is set.
  const { stdout } = await run(['config', '--get', 'core.sshCommand'], { environment: given, signal });
  return {
    ...given,
    GIT_SSH_COMMAND: stdout.trim() || 'ssh -o ControlMaster=no -o BatchMode=yes',
  };
}
