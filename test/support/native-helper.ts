import type { ContainerId, ProjectName } from '../../src/core/ids.ts';
import { labels } from '../../src/core/labels.ts';
import type { Driver, ObservedContainer } from '../../src/runtime/index.ts';
import { collect, createLab, execSpec } from '../contract/lab.ts';
import { programs } from '../contract/programs.ts';
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
    call: () => Promise.reject(new Error('the native engine has no API to call: see onlyOnDocker')),
    containers: async (project) => (await look(project)).containers.map(seenContainer),
    networks: async (project) => (await look(project)).networks.map(({ name }) => name),
    volumes: async (project) => (await look(project)).volumes.map(({ name }) => name),
    labels: async (project) => {
      const { networks, volumes } = await look(project);
      return Object.fromEntries([...networks, ...volumes].map((each) => [each.name, each.labels]));
    },
    makeContainer: async (name, image) => {
      await createLab(await connect(), image).create(programs.idle, { name });
    },
    makeNetwork: async (name, subnet) => {
      const driver = await connect();
      const ipam = { options: {}, pools: [{ subnet, auxiliaryAddresses: {} }] };
      await driver.createNetwork(createLab(driver, '').networkSpec(name, { ipam }));
    },
    restart: async (container) => {
      const driver = await connect();
      await driver.stopContainer(container as ContainerId, {});
      await driver.startContainer(container as ContainerId);
    },
    remove: async (what, name) => {
      const driver = await connect();
      const removal = {
        container: () => driver.removeContainer(name as ContainerId, { force: true, volumes: false }),
        network: () => driver.removeNetwork(name),
        volume: () => driver.removeVolume(name),
      }[what]();
      await removal.catch(() => {});
    },
    disconnect: async (network, container) => {
      await (await connect()).disconnectNetwork(container as ContainerId, network).catch(() => {});
    },
    tag: async (image, reference) => void (await (await connect()).images?.tag(image, reference)),
    untag: async (reference) => (await connect()).removeImage(reference),
    inspect: async (container) => {
      const driver = await connect();
      const details = await driver.inspectContainer(container as ContainerId);
      if (details === undefined) return undefined;
      const project = details.labels[labels.project] ?? '';
      const observed = (await look(project)).containers.find(({ id }) => id === details.id);
      return {
        id: details.id,
        state: details.state,
        exitCode: details.exitCode,
        startedAt: details.startedAt ?? '',
        health: details.health === 'none' ? undefined : details.health,
        networks: (observed?.networks ?? []).map(({ network }) => network).sort(),
        restartCount: details.restartCount,
        environment: details.state === 'running' ? await environmentOf(driver, details.id) : [],
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

/** As a command in it has it: the engine's own variables, and what the file and the image say. */
async function environmentOf(driver: Driver, id: ContainerId): Promise<readonly string[]> {
  const session = await driver.exec(id, { ...execSpec(programs.idle), command: ['env'] });
  return (await collect(session.output)).stdout.trim().split('\n');
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
