import { describe, expect, it } from 'vitest';
import { bytes, nanoseconds } from '../../../../src/core/units.ts';
import type { EndpointSpec } from '../../../../src/network/index.ts';
import type { ContainerSpec, CreateOptions } from '../../../../src/runtime/index.ts';
import type { MountSpec } from '../../../../src/volumes/index.ts';
import { containerSpec, failure, scriptedEngine } from './support.ts';

const endpoint = (network: string, changes: Partial<EndpointSpec> = {}): EndpointSpec => ({
  network,
  aliases: [],
  links: [],
  linkLocalAddresses: [],
  driverOptions: {},
  ...changes,
});
const join = (...endpoints: readonly EndpointSpec[]): Pick<ContainerSpec, 'network'> => ({
  network: { kind: 'networks', endpoints },
});
const created = { 'POST /containers/create': { status: 201, json: { Id: 'new' } } } as const;

/** The body that is sent for a spec, without what every spec sends. */
async function bodyFor(
  apiVersion: string,
  changes: Partial<ContainerSpec>,
  options: CreateOptions = {},
  image: object = {},
): Promise<Record<string, unknown>> {
  await using engine = await scriptedEngine(
    { ...created, 'GET /images/nginx/json': { json: { Id: 'sha256:1', ...image } } },
    { apiVersion },
  );
  const driver = await engine.connect();
  await driver.createContainer(containerSpec(changes), options);
  const sent = engine.asked.find(({ call }) => call.startsWith('POST /containers/create'));
  const body = JSON.parse(sent?.body ?? '{}');
  for (const [key, value] of Object.entries(empty)) {
    if (JSON.stringify(body[key]) === JSON.stringify(value)) delete body[key];
  }
  const { NetworkMode, PortBindings, ...hostConfig } = body.HostConfig;
  if (NetworkMode !== 'none') hostConfig.NetworkMode = NetworkMode;
  if (Object.keys(PortBindings).length > 0) hostConfig.PortBindings = PortBindings;
  return Object.keys(hostConfig).length === 0
    ? (({ HostConfig: _, ...rest }) => rest)(body)
    : { ...body, HostConfig: hostConfig };
}

const empty = {
  Image: 'nginx',
  Env: [],
  Labels: containerSpec().labels,
  Tty: false,
  OpenStdin: false,
  ExposedPorts: {},
  NetworkingConfig: { EndpointsConfig: {} },
};

const refusal = (apiVersion: string, changes: Partial<ContainerSpec>) =>
  failure(bodyFor(apiVersion, changes));

describe('the body that creates a container', () => {
  it('says little for a plain spec', async () => {
    await using engine = await scriptedEngine(created);
    await (await engine.connect()).createContainer(containerSpec({ platform: 'linux/amd64' }), {});
    expect(engine.asked.map(({ call, body }) => [call, JSON.parse(body)])).toMatchInlineSnapshot(`
      [
        [
          "POST /containers/create?name=shop-web-1&platform=linux/amd64",
          {
            "Env": [],
            "ExposedPorts": {},
            "HostConfig": {
              "NetworkMode": "none",
              "PortBindings": {},
            },
            "Image": "nginx",
            "Labels": {
              "com.docker.compose.config-hash": "abc",
              "com.docker.compose.project": "shop",
            },
            "NetworkingConfig": {
              "EndpointsConfig": {},
            },
            "OpenStdin": false,
            "Tty": false,
          },
        ],
      ]
    `);
  });

  it('gives a newer engine all endpoints at once', async () => {
    const spec = {
      ...join(
        endpoint('shop_front', { aliases: ['web'], links: ['db:database'], ipv4Address: '10.0.0.7' }),
        endpoint('shop_back', {
          gatewayPriority: 5,
          interfaceName: 'back0',
          macAddress: '02:00:00:00:00:02',
        }),
      ),
      macAddress: '02:00:00:00:00:01',
    };
    expect(await bodyFor('1.49', spec)).toMatchInlineSnapshot(`
      {
        "HostConfig": {
          "NetworkMode": "shop_front",
        },
        "NetworkingConfig": {
          "EndpointsConfig": {
            "shop_back": {
              "DriverOpts": {
                "com.docker.network.endpoint.ifname": "back0",
              },
              "GwPriority": 5,
              "MacAddress": "02:00:00:00:00:02",
            },
            "shop_front": {
              "Aliases": [
                "web",
              ],
              "IPAMConfig": {
                "IPv4Address": "10.0.0.7",
              },
              "Links": [
                "db:database",
              ],
              "MacAddress": "02:00:00:00:00:01",
            },
          },
        },
      }
    `);
  });

  it('gives an older engine the first endpoint, and connects the others afterwards', async () => {
    await using engine = await scriptedEngine(
      { ...created, 'POST /networks/shop_back/connect': {} },
      { apiVersion: '1.41' },
    );
    const driver = await engine.connect();
    const spec = {
      ...join(endpoint('shop_front'), endpoint('shop_back', { aliases: ['web'] })),
      macAddress: '02:00:00:00:00:01',
    };
    await driver.createContainer(containerSpec(spec), {});
    const [create, connect] = engine.asked;
    const { MacAddress, NetworkingConfig, HostConfig } = JSON.parse(create?.body ?? '{}');
    expect({ MacAddress, NetworkingConfig, mode: HostConfig.NetworkMode }).toEqual({
      MacAddress: '02:00:00:00:00:01',
      NetworkingConfig: { EndpointsConfig: { shop_front: {} } },
      mode: 'shop_front',
    });
    expect(JSON.parse(connect?.body ?? '{}')).toEqual({
      Container: 'new',
      EndpointConfig: { Aliases: ['web'] },
    });
  });

  it('leaves nothing behind when a network cannot be joined', async () => {
    await using engine = await scriptedEngine(
      {
        ...created,
        'POST /networks/b/connect': { status: 404, json: { message: 'network b not found' } },
        'DELETE /containers/new': { status: 204 },
      },
      { apiVersion: '1.41' },
    );
    const driver = await engine.connect();
    const spec = containerSpec(join(endpoint('a'), endpoint('b')));
    expect(await failure(driver.createContainer(spec, {}))).toBe(
      'engine.request: cannot connect container "new" to network "b": network b not found',
    );
    expect(engine.asked.at(-1)?.call).toBe('DELETE /containers/new?force=1&v=1');
  });

  it('puts what Binds can say into Binds, and the rest into Mounts', async () => {
    const bind = { kind: 'bind', source: '/src', readOnly: false, createHostPath: true } as const;
    const volume = { kind: 'volume', readOnly: false, noCopy: false, labels: {} } as const;
    const mounts: readonly MountSpec[] = [
      { ...bind, target: '/a' },
      { ...bind, target: '/b', readOnly: true, selinux: 'z', propagation: 'rslave' },
      { ...bind, target: '/c', createHostPath: false, propagation: 'rslave', recursive: 'disabled' },
      { ...bind, target: '/d', source: '/with:colon' },
      { ...bind, target: '/e', readOnly: true, recursive: 'readonly' },
      { ...volume, name: 'shop_data', target: '/f', readOnly: true },
      { ...volume, name: 'shop_data', target: '/g', noCopy: true, subpath: 'sub' },
      { ...volume, target: '/h', labels: { a: 'b' } },
      { kind: 'tmpfs', target: '/i', readOnly: false, options: 'size=64m' },
      { kind: 'tmpfs', target: '/j', readOnly: true, size: bytes(1024), mode: 0o1777 },
      { kind: 'image', image: 'busybox', target: '/k', readOnly: true, subpath: 'bin' },
    ];
    expect(await bodyFor('1.49', { mounts })).toMatchInlineSnapshot(`
      {
        "HostConfig": {
          "Binds": [
            "/src:/a:rw",
            "/src:/b:ro,z,rslave",
            "shop_data:/f:ro",
          ],
          "Mounts": [
            {
              "BindOptions": {
                "NonRecursive": true,
                "Propagation": "rslave",
              },
              "ReadOnly": false,
              "Source": "/src",
              "Target": "/c",
              "Type": "bind",
            },
            {
              "BindOptions": {
                "CreateMountpoint": true,
              },
              "ReadOnly": false,
              "Source": "/with:colon",
              "Target": "/d",
              "Type": "bind",
            },
            {
              "BindOptions": {
                "CreateMountpoint": true,
                "ReadOnlyForceRecursive": true,
              },
              "ReadOnly": true,
              "Source": "/src",
              "Target": "/e",
              "Type": "bind",
            },
            {
              "ReadOnly": false,
              "Source": "shop_data",
              "Target": "/g",
              "Type": "volume",
              "VolumeOptions": {
                "NoCopy": true,
                "Subpath": "sub",
              },
            },
            {
              "ReadOnly": false,
              "Target": "/h",
              "Type": "volume",
              "VolumeOptions": {
                "Labels": {
                  "a": "b",
                },
              },
            },
            {
              "ReadOnly": true,
              "Target": "/j",
              "TmpfsOptions": {
                "Mode": 1023,
                "SizeBytes": 1024,
              },
              "Type": "tmpfs",
            },
            {
              "ImageOptions": {
                "Subpath": "bin",
              },
              "ReadOnly": true,
              "Source": "busybox",
              "Target": "/k",
              "Type": "image",
            },
          ],
          "Tmpfs": {
            "/i": "size=64m",
          },
        },
      }
    `);
  });

  it('publishes ports and ranges, and exposes the rest', async () => {
    const body = await bodyFor('1.41', {
      ports: [
        { target: 80, protocol: 'tcp', published: '8080-8090', hostIp: '127.0.0.1' },
        { target: 80, protocol: 'tcp', published: '81' },
        { target: 53, protocol: 'udp' },
      ],
      expose: ['9000-9002', '53/udp'],
    });
    expect(body).toMatchInlineSnapshot(`
      {
        "ExposedPorts": {
          "53/udp": {},
          "80/tcp": {},
          "9000/tcp": {},
          "9001/tcp": {},
          "9002/tcp": {},
        },
        "HostConfig": {
          "PortBindings": {
            "53/udp": [
              {
                "HostIp": "",
                "HostPort": "",
              },
            ],
            "80/tcp": [
              {
                "HostIp": "127.0.0.1",
                "HostPort": "8080-8090",
              },
              {
                "HostIp": "",
                "HostPort": "81",
              },
            ],
          },
        },
      }
    `);
  });

  it('carries every other field', async () => {
    const body = await bodyFor('1.49', {
      command: ['serve', '-v'],
      entrypoint: [],
      environment: ['A=1', 'B'],
      annotations: { note: 'x' },
      workingDir: '/app',
      user: '1000:1000',
      hostname: 'web',
      domainname: 'example.test',
      tty: true,
      stdinOpen: true,
      init: true,
      healthcheck: {
        kind: 'probe',
        test: ['CMD', 'true'],
        interval: nanoseconds(1e9),
        timeout: nanoseconds(2e9),
        startPeriod: nanoseconds(3e9),
        startInterval: nanoseconds(5e8),
        retries: 3,
      },
      stopSignal: 'SIGINT',
      stopTimeoutSeconds: 0,
      restart: { name: 'on-failure', maximumRetries: 5 },
      volumesFrom: ['abc:ro'],
      network: { kind: 'container', container: 'abc' },
      dns: ['1.1.1.1'],
      dnsOptions: ['ndots:1'],
      dnsSearch: ['test'],
      extraHosts: ['host.docker.internal:host-gateway'],
      ipc: { kind: 'mode', mode: 'shareable' },
      pid: { kind: 'container', container: 'abc' },
      uts: 'host',
      userns: 'host',
      cgroup: 'private',
      cgroupParent: 'slice',
      readOnly: true,
      privileged: true,
      capAdd: ['NET_ADMIN'],
      capDrop: ['ALL'],
      groupAdd: ['audio'],
      securityOptions: [
        'no-new-privileges:true',
        'systempaths=unconfined',
        'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}',
      ],
      sysctls: { 'net.core.somaxconn': '1024' },
      ulimits: [{ name: 'nofile', soft: 1, hard: 2 }],
      devices: [
        { source: '/dev/fuse', target: '/dev/fuse', permissions: 'rwm' },
        { source: 'vendor.com/gpu=0', target: 'vendor.com/gpu=0', permissions: 'rwm' },
      ],
      deviceCgroupRules: ['c 1:3 mr'],
      deviceRequests: [
        { driver: 'nvidia', count: -1, deviceIds: [], capabilities: ['gpu'], options: { a: 'b' } },
      ],
      resources: {
        memory: bytes(1 << 20),
        memoryReservation: bytes(1 << 19),
        memorySwap: bytes(-1),
        memorySwappiness: 0,
        nanoCpus: 1.5e9,
        cpuShares: 2,
        cpuPeriod: 3,
        cpuQuota: 4,
        cpuRealtimePeriod: 5,
        cpuRealtimeRuntime: 6,
        cpusetCpus: '0-1',
        cpuCount: 7,
        cpuPercent: 8,
        pidsLimit: 9,
        oomKillDisable: true,
        oomScoreAdjust: 10,
        blkioWeight: 11,
        blkioWeightDevices: [{ path: '/dev/sda', weight: 12 }],
        blkioReadBps: [{ path: '/dev/sda', rate: 13 }],
        blkioWriteBps: [{ path: '/dev/sda', rate: 14 }],
        blkioReadIops: [{ path: '/dev/sda', rate: 15 }],
        blkioWriteIops: [{ path: '/dev/sda', rate: 16 }],
      },
      shmSize: bytes(64),
      storageOptions: { size: '10G' },
      runtime: 'crun',
      isolation: 'default',
      logging: { driver: 'local', options: { 'max-size': '1m' } },
    });
    expect(body).toMatchInlineSnapshot(`
      {
        "Cmd": [
          "serve",
          "-v",
        ],
        "Domainname": "example.test",
        "Entrypoint": [],
        "Env": [
          "A=1",
          "B",
        ],
        "Healthcheck": {
          "Interval": 1000000000,
          "Retries": 3,
          "StartInterval": 500000000,
          "StartPeriod": 3000000000,
          "Test": [
            "CMD",
            "true",
          ],
          "Timeout": 2000000000,
        },
        "HostConfig": {
          "Annotations": {
            "note": "x",
          },
          "BlkioDeviceReadBps": [
            {
              "Path": "/dev/sda",
              "Rate": 13,
            },
          ],
          "BlkioDeviceReadIOps": [
            {
              "Path": "/dev/sda",
              "Rate": 15,
            },
          ],
          "BlkioDeviceWriteBps": [
            {
              "Path": "/dev/sda",
              "Rate": 14,
            },
          ],
          "BlkioDeviceWriteIOps": [
            {
              "Path": "/dev/sda",
              "Rate": 16,
            },
          ],
          "BlkioWeight": 11,
          "BlkioWeightDevice": [
            {
              "Path": "/dev/sda",
              "Weight": 12,
            },
          ],
          "CapAdd": [
            "NET_ADMIN",
          ],
          "CapDrop": [
            "ALL",
          ],
          "CgroupParent": "slice",
          "CgroupnsMode": "private",
          "CpuCount": 7,
          "CpuPercent": 8,
          "CpuPeriod": 3,
          "CpuQuota": 4,
          "CpuRealtimePeriod": 5,
          "CpuRealtimeRuntime": 6,
          "CpuShares": 2,
          "CpusetCpus": "0-1",
          "DeviceCgroupRules": [
            "c 1:3 mr",
          ],
          "DeviceRequests": [
            {
              "Capabilities": [
                [
                  "gpu",
                ],
              ],
              "Count": -1,
              "Driver": "nvidia",
              "Options": {
                "a": "b",
              },
            },
            {
              "DeviceIDs": [
                "vendor.com/gpu=0",
              ],
              "Driver": "cdi",
            },
          ],
          "Devices": [
            {
              "CgroupPermissions": "rwm",
              "PathInContainer": "/dev/fuse",
              "PathOnHost": "/dev/fuse",
            },
          ],
          "Dns": [
            "1.1.1.1",
          ],
          "DnsOptions": [
            "ndots:1",
          ],
          "DnsSearch": [
            "test",
          ],
          "ExtraHosts": [
            "host.docker.internal:host-gateway",
          ],
          "GroupAdd": [
            "audio",
          ],
          "Init": true,
          "IpcMode": "shareable",
          "Isolation": "default",
          "LogConfig": {
            "Config": {
              "max-size": "1m",
            },
            "Type": "local",
          },
          "MaskedPaths": [],
          "Memory": 1048576,
          "MemoryReservation": 524288,
          "MemorySwap": -1,
          "MemorySwappiness": 0,
          "NanoCpus": 1500000000,
          "NetworkMode": "container:abc",
          "OomKillDisable": true,
          "OomScoreAdj": 10,
          "PidMode": "container:abc",
          "PidsLimit": 9,
          "Privileged": true,
          "ReadonlyPaths": [],
          "ReadonlyRootfs": true,
          "RestartPolicy": {
            "MaximumRetryCount": 5,
            "Name": "on-failure",
          },
          "Runtime": "crun",
          "SecurityOpt": [
            "no-new-privileges:true",
            "seccomp={"defaultAction":"SCMP_ACT_ALLOW"}",
          ],
          "ShmSize": 64,
          "StorageOpt": {
            "size": "10G",
          },
          "Sysctls": {
            "net.core.somaxconn": "1024",
          },
          "UTSMode": "host",
          "Ulimits": [
            {
              "Hard": 2,
              "Name": "nofile",
              "Soft": 1,
            },
          ],
          "UsernsMode": "host",
          "VolumesFrom": [
            "abc:ro",
          ],
        },
        "Hostname": "web",
        "OpenStdin": true,
        "StopSignal": "SIGINT",
        "StopTimeout": 0,
        "Tty": true,
        "User": "1000:1000",
        "WorkingDir": "/app",
      }
    `);
  });

  it.each([
    [{ kind: 'none' }, 'none'],
    [{ kind: 'host' }, 'host'],
    [{ kind: 'mode', mode: 'bridge' }, 'bridge'],
    [{ kind: 'networks', endpoints: [] }, 'none'],
  ] as const)('turns network %j into mode %s', async (network, mode) => {
    const { HostConfig = { NetworkMode: 'none' } } = await bodyFor('1.49', { network });
    expect(HostConfig).toEqual({
      NetworkMode: mode,
    });
  });

  it('switches a health check of the image off', async () => {
    expect(await bodyFor('1.41', { healthcheck: { kind: 'disabled' } })).toEqual({
      Healthcheck: { Test: ['NONE'] },
    });
  });

  it("clears the image's command by naming its entrypoint, which the engine would add otherwise", async () => {
    const image = { Config: { Entrypoint: ['/entry.sh'] } };
    expect(await bodyFor('1.41', { command: [] }, {}, image)).toEqual({ Cmd: [], Entrypoint: ['/entry.sh'] });
    expect(await bodyFor('1.41', { command: [] })).toEqual({ Cmd: [], Entrypoint: [''] });
    expect(await bodyFor('1.41', { command: [], entrypoint: ['a'] })).toEqual({ Cmd: [], Entrypoint: ['a'] });
  });

  it("keeps a replaced container's anonymous volumes where the service or the image has one", async () => {
    const anonymous: MountSpec = {
      kind: 'volume',
      target: '/own',
      readOnly: true,
      noCopy: false,
      labels: {},
    };
    const bind: MountSpec = {
      kind: 'bind',
      source: '/s',
      target: '/bound',
      readOnly: false,
      createHostPath: true,
    };
    const inherit = ['/own/', '/image', '/bound', '/dropped'].map((target, index) => ({
      name: `v${index}`,
      target,
    }));
    const image = { Config: { Volumes: { '/image/': {}, '/bound': {} } } };
    expect(await bodyFor('1.41', { mounts: [anonymous, bind] }, { inherit }, image)).toEqual({
      HostConfig: { Binds: ['v0:/own:ro', '/s:/bound:rw', 'v1:/image:rw'] },
    });
  });

  it('names the field that an older engine cannot honour', async () => {
    const volume = {
      kind: 'volume',
      name: 'v',
      target: '/v',
      readOnly: false,
      noCopy: false,
      labels: {},
    } as const;
    const refusals = await Promise.all([
      refusal('1.41', { healthcheck: { kind: 'probe', startInterval: nanoseconds(1) } }),
      refusal('1.42', { annotations: { a: 'b' } }),
      refusal('1.44', { mounts: [{ ...volume, subpath: 's' }] }),
      refusal('1.47', { mounts: [{ kind: 'image', image: 'i', target: '/i', readOnly: true }] }),
      refusal('1.48', join(endpoint('a', { interfaceName: 'x' }))),
      refusal('1.47', join(endpoint('a', { gatewayPriority: 1 }))),
      refusal('1.43', join(endpoint('a'), endpoint('b', { macAddress: '02:00:00:00:00:01' }))),
      refusal('1.51', {
        ...join(endpoint('a', { macAddress: '02:00:00:00:00:01' })),
        macAddress: '02:00:00:00:00:02',
      }),
    ]);
    expect(refusals.join('\n')).toMatchInlineSnapshot(`
      "engine.capability: the engine cannot honour services.web.healthcheck.start_interval: it speaks API 1.41, and this needs 1.44 (Docker Engine 25)
        Update the engine, or remove services.web.healthcheck.start_interval.
      engine.capability: the engine cannot honour services.web.annotations: it speaks API 1.42, and this needs 1.43 (Docker Engine 24)
        Update the engine, or remove services.web.annotations.
      engine.capability: the engine cannot honour volume.subpath of services.web.volumes (/v): it speaks API 1.44, and this needs 1.45 (Docker Engine 26)
        Update the engine, or remove volume.subpath of services.web.volumes (/v).
      engine.capability: the engine cannot honour type: image of services.web.volumes (/i): it speaks API 1.47, and this needs 1.48 (Docker Engine 28)
        Update the engine, or remove type: image of services.web.volumes (/i).
      engine.capability: the engine cannot honour networks.a.interface_name: it speaks API 1.48, and this needs 1.49 (Docker Engine 28.1)
        Update the engine, or remove networks.a.interface_name.
      engine.capability: the engine cannot honour networks.a.gw_priority: it speaks API 1.47, and this needs 1.48 (Docker Engine 28)
        Update the engine, or remove networks.a.gw_priority.
      engine.capability: the engine cannot honour services.web.networks.b.mac_address: it speaks API 1.43, and this needs 1.44 (Docker Engine 25)
        Update the engine, or remove services.web.networks.b.mac_address.
      engine.request: service "web" has two MAC addresses for network "a": 02:00:00:00:00:02 (mac_address) and 02:00:00:00:00:01 (networks)
        Remove one of them."
    `);
  });
});

describe('creating what has a name already', () => {
  const taken = {
    status: 409,
    json: { message: 'Conflict. The container name "/shop-web-1" is already in use' },
  };
  const other = (labels: object, status = 'created') => ({
    json: {
      Id: 'old',
      State: { Status: status },
      Config: { Labels: labels },
      NetworkSettings: { Networks: { a: {} } },
    },
  });

  it('finishes one that was left half-made', async () => {
    await using engine = await scriptedEngine(
      {
        'POST /containers/create': taken,
        'GET /containers/shop-web-1/json': other(containerSpec().labels),
        'POST /networks/b/connect': {},
      },
      { apiVersion: '1.41' },
    );
    const driver = await engine.connect();
    expect(await driver.createContainer(containerSpec(join(endpoint('a'), endpoint('b'))), {})).toBe('old');
    expect(engine.asked.map(({ call }) => call).slice(2)).toEqual(['POST /networks/b/connect']);
  });

  it('is a conflict when it is another definition', async () => {
    await using engine = await scriptedEngine({
      'POST /containers/create': taken,
      'GET /containers/shop-web-1/json': other({}),
    });
    const driver = await engine.connect();
    expect(await failure(driver.createContainer(containerSpec(), {}))).toMatchInlineSnapshot(`
      "engine.conflict: there is already a container named "shop-web-1" with another definition
        Run the command again to take it into account, or remove it with \`docker container rm shop-web-1\`."
    `);
  });

  it('waits for one that is going away', async () => {
    await using engine = await scriptedEngine({
      'POST /containers/create': [taken, taken, { status: 201, json: { Id: 'new' } }],
      'GET /containers/shop-web-1/json': [
        other(containerSpec().labels, 'removing'),
        { status: 404, json: { message: 'no' } },
      ],
    });
    const driver = await engine.connect();
    expect(await driver.createContainer(containerSpec(), {})).toBe('new');
  });
});
