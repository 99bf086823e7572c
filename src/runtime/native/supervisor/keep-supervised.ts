import type { EngineEvent } from '../../driver.ts';
import { summonForProject } from '../containers/observe.ts';
import type { Engine } from '../engine.ts';

/** A killed supervisor keeps those waiting who wait for health for about as long. */
const lookMs = 500;

/**
 * The events of a project, with a supervisor to tell them for as long as somebody reads: without one nothing would ever
 * get healthy, and a command that waits for that would wait for ever.
 */
export async function* keepSupervised(
  engine: Engine,
  project: string,
  events: AsyncIterable<EngineEvent>,
): AsyncIterable<EngineEvent> {
  const look = setInterval(() => {
    try {
      summonForProject(engine, project);
    } catch {
      // What it looks at goes at this very moment; it looks again.
    }
  }, lookMs);
  look.unref();
  try {
    yield* events;
  } finally {
    clearInterval(look);
  }
}
