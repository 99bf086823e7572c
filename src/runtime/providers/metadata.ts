import { runCommand } from '../process.ts';

export type ProviderCommand = 'up' | 'down' | 'stop';

/** Which options a provider's commands take; a command that is not there takes none, and `stop` does not exist. */
export type ProviderMetadata = { readonly [Command in ProviderCommand]?: readonly Parameter[] };

interface Parameter {
  readonly name: string;
  readonly required: boolean;
}

/** Undefined for a provider that tells nothing about itself: it is given every option. */
export async function readMetadata(
  program: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<ProviderMetadata | undefined> {
  try {
    const { exitCode, stdout } = await runCommand([program, 'compose', 'metadata'], { environment }, signal);
    return exitCode === 0 ? parseMetadata(stdout) : undefined;
  } catch (error) {
    signal.throwIfAborted();
    // What the program cannot do at all shows, with a better message, when it is called in earnest.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

export function parseMetadata(text: string): ProviderMetadata | undefined {
  const value = parsed(text);
  if (!isObject(value)) return undefined;
  const [up, down, stop] = [value['up'], value['down'], value['stop']].map(parameters);
  const described = typeof value['description'] === 'string' && value['description'] !== '';
  if (!described && up === undefined && down === undefined) return undefined;
  return {
    up: up ?? [],
    down: down ?? [],
    ...(isObject(value['stop']) ? { stop: stop ?? [] } : {}),
  };
}

function parameters(command: unknown): readonly Parameter[] | undefined {
  if (!isObject(command) || !Array.isArray(command['parameters'])) return undefined;
  return command['parameters'].filter(isObject).flatMap((parameter) => {
    const { name, required } = parameter;
    return typeof name === 'string' ? [{ name, required: required === true }] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
