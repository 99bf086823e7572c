import { FlotillaError, messageOf } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { hearCommand } from '../command-lines.ts';
import { findPlugin } from '../find-program.ts';
import { isAvailable, parseEndpoint, parseVersion, takesRuntimeFlags } from './answers.ts';

/** A model that services want to use. */
export interface ModelCall {
  /** Its key in the file. */
  readonly name: string;
  /** What it is called where it is pulled from: `ai/smollm2`. */
  readonly model: string;
  /** In tokens; absent: the model's own. */
  readonly contextSize?: number;
  readonly runtimeFlags: readonly string[];
  /** The whole environment of the program; also where it is looked for. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hears what the program is about. */
  readonly onInfo: (text: string) => void;
}

/**
 * Has a model pulled, unless it is there, and configured; resolves with the address under which it is served. Rejects with
 * `run.model` when the program that serves models is missing or fails; an abort kills it.
 */
export type ModelRunner = (call: ModelCall, signal: AbortSignal) => Promise<string>;

/** Asks Docker Model Runner, by the plugin of the docker CLI that docker compose asks. */
export const prepareModel: ModelRunner = async (call, signal) => {
  const plugin = await findPlugin('model', call.environment);
  if (plugin === undefined) throw missing(call);
  const ask = async (what: string, words: readonly string[], hear = (_line: string): void => {}) => {
    const lines: string[] = [];
    try {
      const note = (line: string): void => {
        lines.push(line);
        hear(line);
      };
      await hearCommand([plugin, ...words], { environment: call.environment }, note, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw failed(call, `docker-model cannot ${what}: ${messageOf(error)}`, error);
    }
    return lines.join('\n');
  };
  const tell = (line: string): void => {
    // Bars of progress are drawn over one another.
    const last = line.trimEnd().split('\r').at(-1) ?? '';
    if (last !== '') call.onInfo(last);
  };
  if (!isAvailable(call.model, await ask('list the models that are here', ['ls', '--json']))) {
    await ask(`pull ${call.model}`, ['pull', call.model], tell);
  }
  const flags = call.runtimeFlags.length === 0 ? [] : ['--', ...call.runtimeFlags];
  if (flags.length > 0) {
    const version = parseVersion(await ask('tell its version', ['docker-cli-plugin-metadata']));
    if (!takesRuntimeFlags(version)) throw tooOld(call, version ?? '');
  }
  const size = call.contextSize === undefined ? [] : ['--context-size', String(call.contextSize)];
  await ask(`configure ${call.model}`, ['configure', ...size, call.model, ...flags]);
  const endpoint = parseEndpoint(await ask('tell where models are served', ['status', '--json']));
  if (endpoint === undefined) throw failed(call, 'docker-model does not say where models are served');
  return endpoint;
};

function failed({ name }: ModelCall, why: string, cause?: unknown): FlotillaError {
  return new FlotillaError('run.model', `model ${quote(name)}: ${why}`, {
    hint: '`docker model status` tells whether Docker Model Runner is at work.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function tooOld({ name }: ModelCall, version: string): FlotillaError {
  return new FlotillaError(
    'run.model',
    `model ${quote(name)} has runtime_flags, which docker-model ${version} does not take`,
    { hint: 'Install docker-model 1.0.6 or newer, or take the flags out.' },
  );
}

function missing({ name }: ModelCall): FlotillaError {
  return new FlotillaError(
    'run.model',
    `model ${quote(name)} needs Docker Model Runner, and the docker CLI plugin docker-model is not here`,
    { hint: 'Install it (https://docs.docker.com/ai/model-runner/), or take `models` out of the services.' },
  );
}
