import type { ProjectName, ServiceName } from '../../core/ids.ts';
import type { EngineEvent, EventFilter } from '../../runtime/index.ts';
import { isOneOff, serviceOf } from '../plan/index.ts';
import type { Session } from './session.ts';

export interface EventsRequest extends Pick<EventFilter, 'since' | 'until'> {
  readonly projectName: ProjectName;
  /** Empty is all. */
  readonly services: ReadonlySet<ServiceName>;
}

/**
 * What happens to the containers of a project's services, one-off ones left out, until the session is drained or `until`
 * is reached; with `since` also what has happened, as far as the engine remembers. Rejects when the engine is lost.
 */
export async function* containerEvents(
  { driver, drain }: Session,
  { projectName, services, since, until }: EventsRequest,
): AsyncGenerator<EngineEvent> {
  const filter: EventFilter = {
    project: projectName,
    all: true,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  for await (const event of await driver.events(filter, drain)) {
    const service = serviceOf(event);
    if (isOneOff(event)) continue;
    if (services.size === 0 || (service !== undefined && services.has(service))) yield event;
  }
}
