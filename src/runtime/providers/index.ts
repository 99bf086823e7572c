import { FlotillaError, isAbortError, messageOf } from '../../core/error.ts';
import type { ProjectName, ServiceName } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import { hearCommand } from '../command-lines.ts';
import { findProvider } from '../find-program.ts';
import { parseMessage } from './messages.ts';
import { type ProviderCommand, readMetadata } from './metadata.ts';

/** One call of the program behind a service that no container runs. */
export interface ProviderCall {
  readonly command: ProviderCommand;
  readonly project: ProjectName;
  readonly service: ServiceName;
  readonly type: string;
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** The whole environment of the program; also where it is looked for. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hears what the program is about. */
  readonly onInfo: (text: string) => void;
}

/** Variables for the services that depend on the provider's. */
export interface ProviderVariables {
  /** They get the name of the provider's service in front. */
  readonly prefixed: ReadonlyMap<string, string>;
  /** They keep their names. */
  readonly raw: ReadonlyMap<string, string>;
}

/** Rejects with `run.provider` when there is no such program or it fails; an abort kills it. */
export type ProviderRunner = (call: ProviderCall, signal: AbortSignal) => Promise<ProviderVariables>;

/** Runs the program as docker compose does; `stop` only when its metadata has it. */
export const runProvider: ProviderRunner = async (call, signal) => {
  signal.throwIfAborted();
  const program = call.type === 'compose' ? undefined : await findProvider(call.type, call.environment);
  if (program === undefined) throw missing(call);
  const metadata = await readMetadata(program, call.environment, signal);
  const parameters = metadata?.[call.command];
  if (call.command === 'stop' && parameters === undefined) return { prefixed: new Map(), raw: new Map() };
  const lacking = parameters?.find(({ name, required }) => required && !Object.hasOwn(call.options, name));
  if (lacking !== undefined) {
    throw new FlotillaError('run.provider', `provider ${quote(call.type)} needs the option ${lacking.name}`, {
      hint: `Add it below services.${call.service}.provider.options.`,
    });
  }
  const options = Object.entries(call.options)
    .filter(([key]) => parameters === undefined || parameters.some(({ name }) => name === key))
    .flatMap(([key, values]) => values.map((value) => `--${key}=${value}`));
  const words = ['compose', `--project-name=${call.project}`, call.command, ...options, call.service];
  try {
    return await converse([program, ...words], call, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof FlotillaError || isAbortError(error)
      ? error
      : failed(call, messageOf(error), error);
  }
};

async function converse(
  command: readonly [string, ...string[]],
  call: ProviderCall,
  signal: AbortSignal,
): Promise<ProviderVariables> {
  const variables = { prefixed: new Map<string, string>(), raw: new Map<string, string>() };
  await hearCommand(
    command,
    { environment: call.environment },
    (line) => hear(line, call, variables),
    signal,
  );
  return variables;
}

function hear(
  line: string,
  call: ProviderCall,
  variables: { readonly prefixed: Map<string, string>; readonly raw: Map<string, string> },
): void {
  if (line.trim() === '') return;
  const message = parseMessage(line);
  switch (message?.type) {
    case undefined:
      throw failed(call, `it says what is no message to docker compose: ${quote(line.slice(0, 200))}`);
    case 'error':
      throw failed(call, message.text);
    case 'info':
      call.onInfo(message.text.trimEnd().split('\n')[0] ?? '');
      return;
    case 'debug':
      return;
    case 'setenv':
      variables.prefixed.set(message.name, message.value);
      return;
    case 'rawsetenv':
      variables.raw.set(message.name, message.value);
  }
}

function failed(call: ProviderCall, why: string, cause?: unknown): FlotillaError {
  const message = `provider ${quote(call.type)} failed to ${call.command} service "${call.service}": ${why}`;
  return new FlotillaError('run.provider', message, cause === undefined ? {} : { cause });
}

function missing({ type, service }: ProviderCall): FlotillaError {
  return new FlotillaError(
    'run.provider',
    `service "${service}" needs the provider ${quote(type)}, which is not here`,
    {
      hint: `Install the docker CLI plugin docker-${type}, or a program ${type} on the PATH.`,
    },
  );
}
