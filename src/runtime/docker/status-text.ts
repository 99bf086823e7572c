import type { ContainerState, Health } from '../observed.ts';

/** What a container's one-line status tells beyond its state. */
export interface StatusFacts {
  readonly health: Health;
  /** Of the last run; absent while there was none or it goes on. */
  readonly exitCode?: number;
}

/**
 * Reads the engine's own sentence (`Up 3 seconds (healthy)`, `Exited (1) 2 hours ago`), which spares an inspection
 * per container. Undefined when it does not tell: then only an inspection does.
 */
export function readStatus(state: ContainerState, text: string): StatusFacts | undefined {
  switch (state) {
    case 'created':
    case 'removing':
      return { health: 'none' };
    case 'running':
      return runningFacts(text);
    case 'paused':
      // A paused container's sentence leaves its health out.
      return undefined;
    case 'exited':
    case 'restarting':
      return exitFacts(text);
    case 'dead':
      return undefined;
  }
}

const healthWords: Readonly<Record<string, Health>> = {
  healthy: 'healthy',
  unhealthy: 'unhealthy',
  'health: starting': 'starting',
  starting: 'starting',
};

function runningFacts(text: string): StatusFacts | undefined {
  const match = /^Up [^()]+?(?: \(([^()]*)\))?$/.exec(text);
  if (match === null) return undefined;
  if (match[1] === undefined) return { health: 'none' };
  const health = healthWords[match[1]];
  return health === undefined ? undefined : { health };
}

function exitFacts(text: string): StatusFacts | undefined {
  const match = /^(?:Exited|Restarting) \((-?\d+)\)/.exec(text);
  return match === null ? undefined : { health: 'none', exitCode: Number(match[1]) };
}

export function containerState(word: string | undefined): ContainerState {
  switch (word) {
    case 'running':
    case 'paused':
    case 'restarting':
    case 'removing':
    case 'exited':
    case 'dead':
      return word;
    // Podman's words.
    case 'stopped':
      return 'exited';
    case 'stopping':
      return 'running';
    default:
      return 'created';
  }
}
