import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { images, useNativeEngine } from '../../support/engine.ts';

const engine = useNativeEngine();

interface Refusal {
  /** Lines of the service. */
  readonly service?: readonly string[];
  /** Of the file, after the services. */
  readonly more?: string;
  /** Where the message points to. */
  readonly at: string;
  readonly says: string;
}

/** The rows of docs/runtimes.md's first table that a file can ask for on any machine. */
const refusals: Readonly<Record<string, Refusal>> = {
  isolation: { service: ['isolation: hyperv'], at: '5:16', says: 'services.web.isolation: "hyperv"' },
  storage_opt: { service: ['storage_opt: {size: 1g}'], at: '5:18', says: 'services.web.storage_opt: ' },
  'driver_opts.size': {
    service: ['volumes: [data:/data]'],
    more: 'volumes:\n  data:\n    driver_opts: {type: tmpfs, device: tmpfs, size: 1m}\n',
    at: '8:53',
    says: 'volumes.data.driver_opts.size: ',
  },
  gpus: { service: ['gpus: all'], at: '5:11', says: 'services.web.gpus: ' },
  'deploy.resources.reservations.devices': {
    service: ['deploy: {resources: {reservations: {devices: [{driver: nvidia, capabilities: [gpu]}]}}}'],
    at: '5:50',
    says: 'cannot hand out GPUs',
  },
  devices: {
    service: ['devices: [vendor.com/gpu=all]'],
    at: '5:14',
    says: 'services.web.devices: "vendor.com/gpu=all" is a CDI name',
  },
  runtime: {
    service: ['runtime: kata'],
    at: '5:14',
    says: 'services.web.runtime: it knows no runtime "kata"',
  },
  'logging.driver': {
    service: ['logging: {driver: syslog}'],
    at: '5:23',
    says: 'services.web.logging.driver: it has no log driver "syslog"',
  },
  'driver` of a network': {
    more: 'networks:\n  default:\n    driver: macvlan\n',
    at: '7:13',
    says: 'networks.default.driver: it has no network driver "macvlan"',
  },
  'ipam.driver': {
    more: 'networks:\n  default:\n    ipam: {driver: dhcp}\n',
    at: '7:20',
    says: 'networks.default.ipam.driver: it has no ipam driver "dhcp"',
  },
  'options of Docker': {
    more: 'networks:\n  default:\n    driver_opts: {com.docker.network.bridge.trusted_host_interfaces: eth0}\n',
    at: '7:70',
    says: 'networks.default.driver_opts.com.docker.network.bridge.trusted_host_interfaces: ',
  },
  userns_mode: {
    service: ['userns_mode: private'],
    at: '5:18',
    says: 'services.web.userns_mode: it maps no users',
  },
  'driver` of a volume': {
    service: ['volumes: [data:/data]'],
    more: 'volumes:\n  data:\n    driver: flocker\n',
    at: '8:13',
    says: 'volumes.data.driver: it has no volume driver "flocker"',
  },
};

test.each(Object.entries(refusals))(
  '%s is refused at its place, and nothing of it is made',
  async (row, refusal) => {
    const { service = [], more = '', at, says } = refusal;
    const lines = ['services:', '  web:', `    image: ${images.busybox}`, '    command: sleep 1000'];
    const text = [...lines, ...service.map((line) => `    ${line}`), more].join('\n');
    const project = await engine.project({ 'compose.yaml': text });
    const { exitCode, stderr } = await project.flotilla(['up', '-d']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`compose.yaml:${at}: error: the native engine cannot honour `);
    expect(stderr).toContain(says);
    expect(stderr).toContain('[engine.capability]');
    expect((await project.containers()).length).toBe(0);
    expect(readFileSync('docs/runtimes.md', 'utf8')).toContain(`\`${row}`.replace('`options', 'options'));
  },
);

test.each([
  ['a container_name', `container_name: ${'n'.repeat(280)}`, [], 280],
  ['the names of the project and the service', 'hostname: x', ['-p', 'p'.repeat(210)], 283],
] as const)(
  '%s that make a name too long for a file are refused with the limit',
  async (_, line, args, length) => {
    const service = 's'.repeat(70);
    const project = await engine.project({
      'compose.yaml': `services:\n  ${service}:\n    image: ${images.busybox}\n    ${line}\n`,
    });
    const refused = await project.flotilla([...args, 'up', '-d']);
    expect(refused.stderr).toMatch(
      new RegExp(
        `^compose\\.yaml:\\d+:\\d+: error: .* cannot be the name of a container: it has ${length} characters, and 255 is the most \\[engine\\.request\\]$`,
        'm',
      ),
    );
    expect(refused.exitCode).toBe(1);
    await project.flotilla([...args, 'down']);
  },
);
