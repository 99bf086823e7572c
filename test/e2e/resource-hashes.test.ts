import { describe, expect, it } from 'vitest';
import { loadProject, networkHash, nodeFiles, volumeHash } from '../../src/compose/index.ts';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

/** Every attribute that the hash of a network or a volume has, alone and together. */
const file = `
services:
  a:
    image: ${images.busybox}
    networks: [default, named, attached, pool, options, labelled, modern, six]
    volumes: ["plain:/1", "driver:/2", "titled:/3", "options:/4", "marked:/5", "escaped:/6"]
networks:
  named: {name: "\${COMPOSE_PROJECT_NAME}-named", x-note: not part of it}
  attached: {attachable: true, internal: true, driver: bridge}
  pool:
    ipam:
      driver: default
      config: [{subnet: 10.197.3.0/24, gateway: 10.197.3.7, ip_range: 10.197.3.0/25, aux_addresses: {router: 10.197.3.9, b: 10.197.3.8}}]
  options: {driver_opts: {com.docker.network.driver.mtu: 1400, com.docker.network.bridge.enable_icc: "true"}}
  labelled: {labels: [b=2, "a=<&>\u2028é", flag]}
  modern: {enable_ipv4: true}
  six: {enable_ipv6: false}
volumes:
  plain:
  driver: {driver: local}
  titled: {name: "\${COMPOSE_PROJECT_NAME}-titled", x-note: not part of it}
  options: {driver_opts: {type: tmpfs, device: tmpfs, o: "size=1m,uid=1000"}}
  marked: {labels: {b: 2, a: 1.5, flag: true}}
  escaped: {labels: {text: "<&>"}}
`;

describe('the hashes of networks and volumes', () => {
  it.each(engine.tools)('are those that %s writes on the engine', async (tool) => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project[tool](['up', '--no-start']));
    expect(await computed(project)).toEqual(await written(project));
  });
});

/** Name on the engine -> hash, of what the file says. */
async function computed({ folder, name }: TestProject): Promise<Readonly<Record<string, string>>> {
  const { project } = await loadProject({
    cwd: folder,
    environment: { COMPOSE_PROJECT_NAME: name },
    home: '/home/user',
    files: nodeFiles(),
  });
  if (project === undefined) throw new Error('the project does not load');
  const networks = [...project.networks.values()].map((network) => [network.name, networkHash(network)]);
  const volumes = [...project.volumes.values()].map((volume) => [volume.name, volumeHash(volume)]);
  return Object.fromEntries([...networks, ...volumes]);
}

/** The same, of the labels. */
async function written({ name }: TestProject): Promise<Readonly<Record<string, string | undefined>>> {
  const labels = Object.entries(await engine.docker.labels(name));
  return Object.fromEntries(labels.map(([each, own]) => [each, own['com.docker.compose.config-hash']]));
}
