import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';

const engine = useEngine();

/** What a service asks for, and what Flotilla's refusal says. */
const refused: Readonly<Record<string, readonly [settings: string, says: string]>> = {
  'a restart policy that is none': ['restart: allways', 'is no restart policy'],
  'retries of a policy that has none': ['restart: "always:3"', 'is no restart policy'],
  'a signal that is none': ['stop_signal: SIGTREM', 'is no signal'],
  'a mode of ipc': ['ipc: shared', 'there is no mode'],
  'a capability': ['cap_add: [NET_ADMN]', 'there is no capability'],
  'a name that leads elsewhere': ['container_name: ../../elsewhere', 'cannot be the name of a container'],
  'a mount on a path of Windows': ['volumes: ["d:/data"]', 'is a path on Windows'],
  'a mount on a relative path': ['volumes: ["./src:app"]', 'is no absolute path'],
  'a volume on a relative path': ['volumes: [{type: volume, target: app}]', 'is no absolute path'],
  'a tmpfs on a relative path': ['volumes: [{type: tmpfs, target: app}]', 'is no absolute path'],
  'a mount on the root': ['volumes: ["./src:/"]', 'whole file system'],
  'too little memory': ['mem_limit: 1m', '6 MiB'],
  'more reserved than allowed': ['{mem_limit: 32m, mem_reservation: 64m}', 'more is reserved'],
  'swap without memory': ['memswap_limit: 64m', 'needs a limit of memory'],
  'less swap than memory': ['{mem_limit: 64m, memswap_limit: 32m}', 'less than the memory alone'],
  'swappiness out of range': ['mem_swappiness: 200', 'out of range'],
  'a host without an address': ['extra_hosts: ["db:database"]', 'is no IP address'],
  'a MAC address': ['mac_address: "02:42"', 'is not a MAC address'],
  'an address in a network': ['networks: {default: {ipv4_address: 10.0.0.300}}', 'is not an IP address'],
  'a protocol': ['ports: [{target: 80, published: 0, protocol: tpc}]', 'there is no protocol'],
  'a published port that is a word': ['ports: [{target: 80, published: http}]', 'is no port or range'],
  'a published port out of range': ['ports: [{target: 80, published: 70000}]', 'is no port or range'],
  'a port out of range': ['ports: [{target: 70000}]', 'is no port'],
  'one host port for three containers': ['{scale: 3, ports: ["18999:80"]}', 'cannot share port'],
  'one host port twice': ['ports: ["18999:80", "18999:81"]', 'is already taken by'],
  'one host port on all addresses and on one': [
    'ports: ["18999:80", "127.0.0.1:18999:81"]',
    'is already taken',
  ],
};

/** The same outside of the service, which has a mount when it is about volumes. */
const refusedSections: Readonly<Record<string, readonly [section: string, says: string]>> = {
  'a subnet': ['networks: {default: {ipam: {config: [{subnet: 10.0.0.0}]}}}', 'is not a subnet'],
  'a gateway': [
    'networks: {default: {ipam: {config: [{subnet: 10.77.0.0/24, gateway: x}]}}}',
    'is not an IP',
  ],
};

describe('values that no engine takes are refused before anything is made', () => {
  const expectRefused = async (settings: string, says: string) => {
    const own = settings.startsWith('{') ? settings.slice(1, -1) : settings;
    const project = await engine.project({
      'compose.yaml': `services:\n  web: {image: ${images.busybox}, command: sleep 100, ${own}}\n`,
    });
    const ours = await project.flotilla(['up', '-d']);
    expect(ours.stderr).toContain(says);
    expect(ours.stderr).toMatch(/^compose\.yaml:2:\d+: error: /);
    expect(ours.exitCode).toBe(1);
    expect(await project.leftovers()).toEqual([]);
    await project.composeToo(['up', '-d'], (theirs) => expect(theirs.exitCode).toBe(1));
    expect((await project.flotilla(['config', '-q'])).exitCode).toBe(0);
  };
  const expectSectionRefused = async (section: string, says: string) => {
    const mounts = section.startsWith('volumes') ? ', volumes: ["data:/data"]' : '';
    const project = await engine.project({
      'compose.yaml': `services:\n  web: {image: ${images.busybox}, command: sleep 100${mounts}}\n${section}\n`,
    });
    const ours = await project.flotilla(['up', '-d']);
    expect(ours.stderr).toContain(says);
    expect(ours.exitCode).toBe(1);
    await project.composeToo(['up', '-d'], (theirs) => expect(theirs.exitCode).toBe(1));
  };

  it.each(Object.entries(refused))('%s', (_, [settings, says]) => expectRefused(settings, says));
  it.each(Object.entries(refusedSections))('%s', (_, [section, says]) => expectSectionRefused(section, says));

  // At the same time, because Docker looks for a driver of that name for a quarter of a minute.
  it('drivers of logs, of networks and of volumes', async () => {
    await Promise.all([
      expectRefused('logging: {driver: json-flie}', 'there is no driver'),
      expectSectionRefused('networks: {default: {driver: bridg}}', 'there is no driver'),
      expectSectionRefused('volumes: {data: {driver: locla}}', 'there is no driver'),
    ]);
  });
});
