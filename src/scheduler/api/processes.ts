import { FlotillaError } from '../../core/error.ts';
import type { ProjectName, ServiceName } from '../../core/ids.ts';
import type { ObservedContainer, ProcessTable } from '../../runtime/index.ts';
import { byName } from '../execute/index.ts';
import { listContainers } from './containers.ts';
import type { Session } from './session.ts';

export interface ProcessesRequest {
  readonly projectName: ProjectName;
  /** Empty is all. */
  readonly services: ReadonlySet<ServiceName>;
}

export interface ContainerProcesses extends ProcessTable {
  readonly container: ObservedContainer;
}

/** The processes of a project's containers that run or are paused, one-off ones included, in byte order of their names. */
export async function listProcesses(
  session: Session,
  { projectName, services }: ProcessesRequest,
): Promise<readonly ContainerProcesses[]> {
  const { driver, drain } = session;
  const containers = await listContainers(session, { projectName, services, all: false, oneOffs: true });
  const tables = await Promise.all(
    containers.map(async (container) => {
      try {
        return [{ container, ...(await driver.listProcesses(container.id, drain)) }];
      } catch (error) {
        // It has ended since it was listed.
        if (error instanceof FlotillaError && error.code === 'engine.conflict') return [];
        throw byName(error, container);
      }
    }),
  );
  return tables.flat();
}
