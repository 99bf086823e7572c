import { type ProjectName, projectName } from '../../src/core/ids.ts';
import { labels } from '../../src/core/labels.ts';
import type { Driver, ObservedContainer } from '../../src/runtime/index.ts';
import { type DockerHelper, inOrder, type SeenContainer } from './docker.ts';

/** What a native engine has, in the words of the helper that asks Docker. */
export function nativeHelper(connect: () => Promise<Driver>): DockerHelper {
  const look = async (project: string) =>
    (await connect()).snapshot({
      project: project as ProjectName,
      networks: [],
      volumes: [],
      images: [],
    });
  return {
    call: () => Promise.reject(new Error('the native engine has no API to call')),
    containers: async (project) => (await look(project)).containers.map(seenContainer),
    networks: async (project) => (await look(project)).networks.map(({ name }) => name),
    volumes: async (project) => (await look(project)).volumes.map(({ name }) => name),
    inspect: async (container) => {
      const driver = await connect();
      const details = await driver.inspectContainer(container as never);
      if (details === undefined) return undefined;
      const project = details.labels[labels.project] ?? '';
      const observed = (await look(projectName(project))).containers.find(({ id }) => id === details.id);
      return {
        id: details.id,
        state: details.state,
        exitCode: details.exitCode,
        startedAt: details.startedAt ?? '',
        health: details.health === 'none' ? undefined : details.health,
        networks: (observed?.networks ?? []).map(({ network }) => network).sort(),
        raw: {},
      };
    },
    removeProject: async (project) => {
      const driver = await connect();
      const { containers, networks, volumes } = await look(project);
      await Promise.all(
        containers.map(({ id }) => driver.removeContainer(id, { force: true, volumes: true })),
      );
      await Promise.all(networks.map(({ id }) => driver.removeNetwork(id)));
      await Promise.all(volumes.map(({ name }) => driver.removeVolume(name)));
    },
  };
}

function seenContainer(found: ObservedContainer): SeenContainer {
  return {
    id: found.id,
    name: found.name,
    service: found.labels[labels.service] ?? '',
    state: found.state,
    status: found.status,
    image: found.image,
    labels: found.labels,
    ports: inOrder(
      found.ports.flatMap(({ target, protocol, hostIp, published }) =>
        published === undefined ? [] : [{ address: hostIp ?? '0.0.0.0', published, target, protocol }],
      ),
    ),
  };
}
