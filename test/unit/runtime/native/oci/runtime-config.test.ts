import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../../../../src/core/units.ts';
import type { ContainerSpec } from '../../../../../src/runtime/index.ts';
import { type RuntimeConfigInput, runtimeConfig } from '../../../../../src/runtime/native/oci/index.ts';
import { plainSpec } from '../../../../support/plain-spec.ts';
import { ableMachine, plainImage, runtimeInput } from '../../../../support/runtime-input.ts';

function configOf(spec: Partial<ContainerSpec> = {}, changes: Partial<RuntimeConfigInput> = {}) {
  return runtimeConfig(runtimeInput(spec, changes)).config;
}

function refusal(spec: Partial<ContainerSpec>, changes: Partial<RuntimeConfigInput> = {}): string {
  try {
    runtimeConfig(runtimeInput(spec, changes));
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint?: string };
    return [code, message, hint].filter(Boolean).join(' | ');
  }
  return 'accepted';
}

describe('the configuration of a plain container', () => {
  test('is whole, and the same each time', () => {
    const { linux, ...rest } = configOf();
    const { seccomp, ...others } = linux;
    expect(seccomp?.defaultAction).toBe('SCMP_ACT_ERRNO');
    expect({ ...rest, linux: others }).toMatchInlineSnapshot(`
      {
        "annotations": {},
        "hostname": "c1",
        "linux": {
          "cgroupsPath": "/flotilla/shop/c1",
          "devices": [],
          "maskedPaths": [
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware",
          ],
          "namespaces": [
            {
              "type": "mount",
            },
            {
              "type": "pid",
            },
            {
              "path": "/run/netns/c1",
              "type": "network",
            },
            {
              "type": "ipc",
            },
            {
              "type": "uts",
            },
            {
              "type": "cgroup",
            },
          ],
          "readonlyPaths": [
            "/proc/bus",
            "/proc/fs",
            "/proc/irq",
            "/proc/sys",
            "/proc/sysrq-trigger",
          ],
          "resources": {
            "devices": [
              {
                "access": "rwm",
                "allow": false,
              },
              {
                "access": "m",
                "allow": true,
                "type": "c",
              },
              {
                "access": "m",
                "allow": true,
                "type": "b",
              },
              {
                "access": "rwm",
                "allow": true,
                "major": 1,
                "minor": 3,
                "type": "c",
              },
              {
                "access": "rwm",
                "allow": true,
                "major": 1,
                "minor": 5,
                "type": "c",
              },
              {
                "access": "rwm",
                "allow": true,
                "major": 1,
                "minor": 7,
                "type": "c",
              },
              {
                "access": "rwm",
                "allow": true,
                "major": 1,
                "minor": 8,
                "type": "c",
              },
              {
                "access": "rwm",
                "allow": true,
                "major": 1,
                "minor": 9,
                "type": "c",
              },
              {
                "access": "rwm",
                "allow": true,
                "major": 5,
                "minor": 0,
                "type": "c",
              },
              {
                "access": "rwm",
                "allow": true,
                "major": 5,
                "minor": 1,
                "type": "c",
              },
              {
                "access": "rwm",
                "allow": true,
                "major": 5,
                "minor": 2,
                "type": "c",
              },
              {
                "access": "rwm",
                "allow": true,
                "major": 136,
                "type": "c",
              },
            ],
          },
          "sysctl": {
            "net.ipv4.ip_unprivileged_port_start": "0",
            "net.ipv4.ping_group_range": "0 2147483647",
          },
        },
        "mounts": [
          {
            "destination": "/proc",
            "options": [
              "nosuid",
              "noexec",
              "nodev",
            ],
            "source": "proc",
            "type": "proc",
          },
          {
            "destination": "/dev",
            "options": [
              "nosuid",
              "strictatime",
              "mode=755",
              "size=65536k",
            ],
            "source": "tmpfs",
            "type": "tmpfs",
          },
          {
            "destination": "/dev/pts",
            "options": [
              "nosuid",
              "noexec",
              "newinstance",
              "ptmxmode=0666",
              "mode=0620",
              "gid=5",
            ],
            "source": "devpts",
            "type": "devpts",
          },
          {
            "destination": "/sys",
            "options": [
              "nosuid",
              "noexec",
              "nodev",
              "ro",
            ],
            "source": "sysfs",
            "type": "sysfs",
          },
          {
            "destination": "/sys/fs/cgroup",
            "options": [
              "nosuid",
              "noexec",
              "nodev",
              "ro",
            ],
            "source": "cgroup",
            "type": "cgroup",
          },
          {
            "destination": "/dev/mqueue",
            "options": [
              "nosuid",
              "noexec",
              "nodev",
            ],
            "source": "mqueue",
            "type": "mqueue",
          },
          {
            "destination": "/dev/shm",
            "options": [
              "nosuid",
              "noexec",
              "nodev",
              "mode=1777",
              "size=67108864",
            ],
            "source": "shm",
            "type": "tmpfs",
          },
          {
            "destination": "/etc/resolv.conf",
            "options": [
              "rbind",
              "rprivate",
              "rw",
            ],
            "source": "/run/c1/resolv.conf",
            "type": "bind",
          },
          {
            "destination": "/etc/hostname",
            "options": [
              "rbind",
              "rprivate",
              "rw",
            ],
            "source": "/run/c1/hostname",
            "type": "bind",
          },
          {
            "destination": "/etc/hosts",
            "options": [
              "rbind",
              "rprivate",
              "rw",
            ],
            "source": "/run/c1/hosts",
            "type": "bind",
          },
        ],
        "ociVersion": "1.0.2",
        "process": {
          "args": [
            "server",
          ],
          "capabilities": {
            "ambient": [],
            "bounding": [
              "CAP_CHOWN",
              "CAP_DAC_OVERRIDE",
              "CAP_FOWNER",
              "CAP_FSETID",
              "CAP_KILL",
              "CAP_SETGID",
              "CAP_SETUID",
              "CAP_SETPCAP",
              "CAP_NET_BIND_SERVICE",
              "CAP_NET_RAW",
              "CAP_SYS_CHROOT",
              "CAP_MKNOD",
              "CAP_AUDIT_WRITE",
              "CAP_SETFCAP",
            ],
            "effective": [
              "CAP_CHOWN",
              "CAP_DAC_OVERRIDE",
              "CAP_FOWNER",
              "CAP_FSETID",
              "CAP_KILL",
              "CAP_SETGID",
              "CAP_SETUID",
              "CAP_SETPCAP",
              "CAP_NET_BIND_SERVICE",
              "CAP_NET_RAW",
              "CAP_SYS_CHROOT",
              "CAP_MKNOD",
              "CAP_AUDIT_WRITE",
              "CAP_SETFCAP",
            ],
            "inheritable": [],
            "permitted": [
              "CAP_CHOWN",
              "CAP_DAC_OVERRIDE",
              "CAP_FOWNER",
              "CAP_FSETID",
              "CAP_KILL",
              "CAP_SETGID",
              "CAP_SETUID",
              "CAP_SETPCAP",
              "CAP_NET_BIND_SERVICE",
              "CAP_NET_RAW",
              "CAP_SYS_CHROOT",
              "CAP_MKNOD",
              "CAP_AUDIT_WRITE",
              "CAP_SETFCAP",
            ],
          },
          "cwd": "/",
          "env": [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOSTNAME=c1",
            "HOME=/root",
          ],
          "noNewPrivileges": false,
          "oomScoreAdj": 0,
          "terminal": false,
          "user": {
            "additionalGids": [
              0,
            ],
            "gid": 0,
            "uid": 0,
          },
        },
        "root": {
          "path": "/run/flotilla/containers/c1/rootfs",
          "readonly": false,
        },
      }
    `);
    expect(configOf()).toEqual(configOf());
  });
});

describe('what is run', () => {
  const image = { ...plainImage, entrypoint: ['/entry'], command: ['serve', '-v'] };
  const argsOf = (spec: Partial<ContainerSpec>) => configOf(spec, { image }).process.args;

  test("the image's entrypoint and command, unless the service has its own", () => {
    expect(argsOf({})).toEqual(['/entry', 'serve', '-v']);
    expect(argsOf({ command: ['check'] })).toEqual(['/entry', 'check']);
    expect(argsOf({ command: [] })).toEqual(['/entry']);
  });

  test("an entrypoint of the service's own takes the image's command away, an empty one keeps it", () => {
    expect(argsOf({ entrypoint: ['sh', '-c'] })).toEqual(['sh', '-c']);
    expect(argsOf({ entrypoint: ['sh', '-c'], command: ['ls'] })).toEqual(['sh', '-c', 'ls']);
    expect(argsOf({ entrypoint: [] })).toEqual(['serve', '-v']);
    expect(argsOf({ entrypoint: [''], command: ['ls'] })).toEqual(['ls']);
  });

  test('nothing to run is refused', () => {
    expect(refusal({ entrypoint: [], command: [] })).toMatchInlineSnapshot(
      `"engine.request | services.web: neither the service nor image "web:1" says what to run | Set command or entrypoint."`,
    );
  });

  test('init comes first, and needs a program of the machine', () => {
    const { config } = runtimeConfig(runtimeInput({ init: true }));
    expect(config.process.args).toEqual(['/sbin/docker-init', '--', 'server']);
    expect(config.mounts.find(({ destination }) => destination === '/sbin/docker-init')).toEqual({
      destination: '/sbin/docker-init',
      type: 'bind',
      source: '/usr/bin/docker-init',
      options: ['bind', 'ro', 'rprivate'],
    });
    const { initProgram, ...machine } = ableMachine;
    expect(initProgram).toBeDefined();
    expect(refusal({ init: true }, { machine })).toMatchInlineSnapshot(
      `"engine.capability | the native engine cannot honour services.web.init: there is no program for it on this machine | Install one with \`apt-get install tini\`, or remove init."`,
    );
  });

  test('the working folder is the service’s, else the image’s', () => {
    expect(configOf().process.cwd).toBe('/');
    expect(configOf({}, { image: { ...plainImage, workingDir: '/app' } }).process.cwd).toBe('/app');
    expect(configOf({ workingDir: 'data' }).process.cwd).toBe('/data');
  });
});

describe('the environment', () => {
  const image = { ...plainImage, environment: ['PATH=/opt/bin', 'MODE=image', 'EXTRA=1'] };
  const envOf = (environment: readonly string[], spec: Partial<ContainerSpec> = {}) =>
    configOf({ ...spec, environment }, { image }).process.env;

  test("the service's values win over the image's, those over the engine's", () => {
    expect(envOf(['MODE=service', 'EMPTY='])).toEqual([
      'PATH=/opt/bin',
      'HOSTNAME=c1',
      'MODE=service',
      'EMPTY=',
      'EXTRA=1',
      'HOME=/root',
    ]);
  });

  test('a bare name takes a variable away, but for HOME', () => {
    expect(envOf(['EXTRA', 'HOSTNAME', 'PATH', 'HOME'])).toEqual(['MODE=image', 'HOME=/root']);
    expect(envOf(['HOME=/srv'])).toContain('HOME=/srv');
  });

  test('a terminal has a type', () => {
    expect(envOf([], { tty: true })).toContain('TERM=xterm');
    expect(configOf({ tty: true }).process.terminal).toBe(true);
  });
});

describe('capabilities', () => {
  const boundingOf = (spec: Partial<ContainerSpec>, changes: Partial<RuntimeConfigInput> = {}) =>
    configOf(spec, changes).process.capabilities.bounding.map((name) => name.slice(4).toLowerCase());

  test('what is added and dropped changes the usual ones, in any spelling', () => {
    expect(boundingOf({ capAdd: ['NET_ADMIN', 'cap_sys_time'], capDrop: ['MKNOD', 'cap_chown'] })).toEqual(
      'dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_admin net_raw sys_chroot sys_time audit_write setfcap'.split(
        ' ',
      ),
    );
  });

  test('ALL of one list is reduced by the other', () => {
    expect(boundingOf({ capDrop: ['ALL'], capAdd: ['NET_BIND_SERVICE'] })).toEqual(['net_bind_service']);
    expect(boundingOf({ capAdd: ['ALL'], capDrop: ['SYS_ADMIN'] })).not.toContain('sys_admin');
    expect(boundingOf({ capAdd: ['ALL'] })).toHaveLength(ableMachine.capabilities.length);
  });

  test('names that are none, or that the machine cannot give, are refused', () => {
    expect(refusal({ capAdd: ['FLY'] })).toMatchInlineSnapshot(
      `"engine.request | services.web.cap_add: "FLY" is no capability of Linux"`,
    );
    expect(refusal({ capDrop: ['CAP_SWIM'] })).toMatchInlineSnapshot(
      `"engine.request | services.web.cap_drop: "CAP_SWIM" is no capability of Linux"`,
    );
    expect(refusal({ capAdd: ['SYS_BOOT'] })).toMatchInlineSnapshot(
      `"engine.request | services.web.cap_add: this machine cannot give CAP_SYS_BOOT: the engine does not have it itself | Remove it, or run the engine with that capability."`,
    );
  });

  test('a user other than root has them only within reach', () => {
    const { capabilities } = configOf(
      {},
      {
        identity: { uid: 1000, gid: 1000, additionalGids: [1000], home: '/' },
      },
    ).process;
    expect(capabilities.bounding).not.toEqual([]);
    expect([capabilities.effective, capabilities.permitted, capabilities.inheritable]).toEqual([[], [], []]);
  });
});

describe('a privileged container', () => {
  const {
    process: run,
    linux,
    mounts,
  } = configOf(
    { privileged: true },
    {
      devices: {
        bySource: {},
        all: [{ path: '/dev/fuse', type: 'c', major: 10, minor: 229, mode: 0o666, uid: 0, gid: 0 }],
      },
    },
  );

  test('has all that the machine can give, and nothing masked', () => {
    expect(run.capabilities.bounding).toHaveLength(ableMachine.capabilities.length);
    expect([linux.maskedPaths, linux.readonlyPaths, linux.seccomp]).toEqual([[], [], undefined]);
    expect(linux.devices).toEqual([
      { path: '/dev/fuse', type: 'c', major: 10, minor: 229, fileMode: 0o666, uid: 0, gid: 0 },
    ]);
    expect(linux.resources.devices).toEqual([{ allow: true, access: 'rwm' }]);
    for (const place of ['/sys', '/sys/fs/cgroup']) {
      expect(mounts.find(({ destination }) => destination === place)?.options).toContain('rw');
    }
  });
});

describe('security options', () => {
  const linuxOf = (...securityOptions: string[]) => configOf({ securityOptions }).linux;

  test('each takes away or adds one protection', () => {
    expect(configOf({ securityOptions: ['no-new-privileges'] }).process.noNewPrivileges).toBe(true);
    expect(configOf({ securityOptions: ['no-new-privileges:false'] }).process.noNewPrivileges).toBe(false);
    expect(linuxOf('seccomp=unconfined').seccomp).toBeUndefined();
    expect(linuxOf('seccomp:unconfined').seccomp).toBeUndefined();
    expect(linuxOf('seccomp=builtin').seccomp).toBeDefined();
    expect(linuxOf('systempaths=unconfined').maskedPaths).toEqual([]);
  });

  test('a seccomp profile is taken as it is meant for this machine', () => {
    const profile = {
      defaultAction: 'SCMP_ACT_ALLOW',
      archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] }],
      syscalls: [
        { names: ['chmod'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 },
        { name: 'mount', action: 'SCMP_ACT_KILL', excludes: { caps: ['CAP_SYS_ADMIN'] } },
        { names: ['clone'], action: 'SCMP_ACT_ERRNO', includes: { arches: ['s390x'] } },
        { names: ['ptrace'], action: 'SCMP_ACT_ERRNO', includes: { minKernel: '9.0' } },
      ],
    };
    expect(linuxOf(`seccomp=${JSON.stringify(profile)}`).seccomp).toEqual({
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
      syscalls: [
        { names: ['chmod'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 },
        { names: ['mount'], action: 'SCMP_ACT_KILL' },
      ],
    });
    expect(refusal({ securityOptions: ['seccomp=profile.json'] })).toContain(
      'engine.request | services.web.security_opt: the seccomp profile is no JSON: ',
    );
  });

  test('AppArmor and SELinux are named where the machine has them, and noted where not', () => {
    const securityOptions = ['apparmor=tight', 'label=type:web_t', 'label=disable'];
    expect(runtimeConfig(runtimeInput({ securityOptions })).notes).toMatchInlineSnapshot(`
      [
        "services.web.security_opt: apparmor=tight has no effect, as this machine has no AppArmor",
        "services.web.security_opt: label:type:web_t has no effect, as this machine has no SELinux",
      ]
    `);
    const machine = { ...ableMachine, apparmor: true, selinux: true };
    expect(configOf({ securityOptions: ['apparmor=tight'] }, { machine }).process.apparmorProfile).toBe(
      'tight',
    );
    expect(refusal({ securityOptions }, { machine })).toMatchInlineSnapshot(
      `"engine.capability | the native engine cannot honour services.web.security_opt (label:type:web_t): it gives containers no SELinux labels | Remove services.web.security_opt (label:type:web_t), or run the project on Docker with \`--runtime docker\`."`,
    );
  });

  test('one that is none is refused', () => {
    expect(refusal({ securityOptions: ['no-new-privilege'] })).toMatchInlineSnapshot(
      `"engine.request | services.web.security_opt: "no-new-privilege" is no security option | Known are no-new-privileges, seccomp, apparmor, label, systempaths and writable-cgroups."`,
    );
    expect(refusal({ securityOptions: ['systempaths=some'] })).toMatchInlineSnapshot(
      `"engine.request | services.web.security_opt: "systempaths=some" is no security option | Known are no-new-privileges, seccomp, apparmor, label, systempaths and writable-cgroups."`,
    );
  });
});

describe('namespaces and kernel settings', () => {
  const hostAll = { network: 'host', ipc: 'host', pid: 'host', uts: 'host', cgroup: 'host' } as const;

  test('what is shared is not listed, what is joined has its path', () => {
    expect(configOf({}, { namespaces: hostAll }).linux.namespaces).toEqual([{ type: 'mount' }]);
    expect(configOf({}, { namespaces: hostAll }).hostname).toBeUndefined();
    expect(
      configOf({}, { namespaces: { ...hostAll, pid: { path: '/proc/7/ns/pid' } } }).linux.namespaces,
    ).toEqual([{ type: 'mount' }, { type: 'pid', path: '/proc/7/ns/pid' }]);
  });

  test('settings of namespaces that the container has are set, a domain name among them', () => {
    const sysctls = { 'net.core.somaxconn': '1024', 'kernel.shmmax': '1', 'net/ipv4/ip_forward': '1' };
    expect(configOf({ sysctls, domainname: 'example.org' }).linux.sysctl).toEqual({
      'net.ipv4.ip_unprivileged_port_start': '0',
      'net.ipv4.ping_group_range': '0 2147483647',
      'kernel.domainname': 'example.org',
      ...sysctls,
    });
  });

  test("settings that would change the machine's are refused", () => {
    const namespaces = hostAll;
    expect(refusal({ sysctls: { 'net.core.somaxconn': '1' } }, { namespaces })).toMatchInlineSnapshot(
      `"engine.request | services.web.sysctls: sysctl "net.core.somaxconn" is not the container's own: it would change the host's network | Remove it, or \`network_mode: host\`."`,
    );
    expect(refusal({ sysctls: { 'kernel.sem': '1' } }, { namespaces })).toMatchInlineSnapshot(
      `"engine.request | services.web.sysctls: sysctl "kernel.sem" is not the container's own: it would change the host's memory between processes | Remove it, or \`ipc: host\`."`,
    );
    expect(refusal({ sysctls: { 'vm.swappiness': '1' } })).toMatchInlineSnapshot(
      `"engine.request | services.web.sysctls: sysctl "vm.swappiness" is not the container's own: it holds for the whole machine | Set it on the host."`,
    );
    expect(refusal({ hostname: 'mine' }, { namespaces })).toMatchInlineSnapshot(
      `"engine.request | services.web.hostname: with \`uts: host\` the name is the host's"`,
    );
  });
});

/** Sizes as plain numbers. */
type Changes = {
  readonly [Key in keyof ContainerSpec['resources']]?: ContainerSpec['resources'][Key] extends
    | Bytes
    | undefined
    ? number
    : ContainerSpec['resources'][Key];
};

function resourcesOf(changes: Changes): ContainerSpec['resources'] {
  return { ...plainSpec.resources, ...changes } as ContainerSpec['resources'];
}

describe('limits', () => {
  const limitsOf = (resources: Changes, changes = {}) => {
    const { config, notes } = runtimeConfig(runtimeInput({ resources: resourcesOf(resources) }, changes));
    const { devices, ...limits } = config.linux.resources;
    expect(devices).not.toEqual([]);
    return { ...limits, ...(notes.length === 0 ? {} : { notes }) };
  };
  const disk = { path: '/dev/sda', type: 'b', major: 8, minor: 0, mode: 0o660, uid: 0, gid: 6 } as const;
  const devices = { bySource: { '/dev/sda': [disk] }, all: [] };

  test('of memory, CPU and processes', () => {
    expect(
      limitsOf({
        memory: 2 ** 28,
        memoryReservation: 2 ** 27,
        nanoCpus: 1.5e9,
        cpuShares: 512,
        cpusetCpus: '0-1,3',
        pidsLimit: 100,
      }),
    ).toEqual({
      memory: { limit: 2 ** 28, reservation: 2 ** 27, swap: 2 ** 29 },
      cpu: { shares: 512, quota: 150_000, period: 100_000, cpus: '0-1,3' },
      pids: { limit: 100 },
    });
    expect(limitsOf({ memory: 2 ** 28, memorySwap: -1, pidsLimit: 0 })).toEqual({
      memory: { limit: 2 ** 28, swap: -1 },
      pids: { limit: -1 },
    });
  });

  test('of disks', () => {
    expect(
      limitsOf(
        {
          blkioWeight: 300,
          blkioWeightDevices: [{ path: '/dev/sda', weight: 200 }],
          blkioReadBps: [{ path: '/dev/sda', rate: 1000 }],
          blkioWriteIops: [{ path: '/dev/sda', rate: 5 }],
        },
        { devices },
      ),
    ).toEqual({
      blockIO: {
        weight: 300,
        weightDevice: [{ major: 8, minor: 0, weight: 200 }],
        throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1000 }],
        throttleWriteIOPSDevice: [{ major: 8, minor: 0, rate: 5 }],
      },
    });
  });

  test('what the machine’s control groups lack is left out with a note', () => {
    const machine = { ...ableMachine, cgroups: { ...ableMachine.cgroups, features: ['memory'] } };
    expect(limitsOf({ memory: 2 ** 28 }, { machine })).toEqual({ memory: { limit: 2 ** 28 } });
    expect(
      limitsOf(
        { memory: 2 ** 28, memorySwap: 2 ** 29, pidsLimit: 5, nanoCpus: 1e9, memorySwappiness: 0 },
        { machine },
      ),
    ).toMatchInlineSnapshot(`
      {
        "memory": {
          "limit": 268435456,
        },
        "notes": [
          "services.web.memswap_limit: the control groups of this machine cannot do that",
          "services.web.mem_swappiness: the control groups of this machine cannot do that",
          "services.web.cpus: the control groups of this machine cannot do that",
          "services.web.cpus: the control groups of this machine cannot do that",
          "services.web.pids_limit: the control groups of this machine cannot do that",
        ],
      }
    `);
  });

  test('what contradicts itself or the machine is refused', () => {
    const refused = (resources: Changes) => refusal({ resources: resourcesOf(resources) });
    expect(
      [
        { memory: 4096 },
        { memory: 2 ** 24, memoryReservation: 2 ** 25 },
        { memorySwap: 2 ** 25 },
        { memory: 2 ** 25, memorySwap: 2 ** 24 },
        { memorySwappiness: 101 },
        { nanoCpus: 5e9 },
        { nanoCpus: 1e9, cpuQuota: 5000 },
        { cpuPeriod: 10 },
        { cpuQuota: 10 },
        { cpusetCpus: '0-9' },
        { cpusetCpus: 'all' },
        { blkioWeight: 5 },
        { blkioReadBps: [{ path: '/dev/none', rate: 1 }] },
        { oomScoreAdjust: 2000 },
      ].map((changes) => refused(changes as Changes)),
    ).toMatchInlineSnapshot(`
      [
        "engine.request | services.web.mem_limit: 4096 bytes are too few: 6 MiB are the least",
        "engine.request | services.web.mem_reservation: 33554432 bytes are more than mem_limit (16777216)",
        "engine.request | services.web.memswap_limit: it counts memory and swap, so mem_limit must be set, too",
        "engine.request | services.web.memswap_limit: 16777216 bytes are less than mem_limit (33554432)",
        "engine.request | services.web.mem_swappiness: 101 is not between 0 and 100",
        "engine.request | services.web.cpus: 5 are wanted, and this machine has 4",
        "engine.request | services.web.cpus: it says the same as cpu_quota and cpu_period | Remove one of them.",
        "engine.request | services.web.cpu_period: 10 µs are not between 1 ms and 1 s",
        "engine.request | services.web.cpu_quota: 10 µs are less than 1 ms",
        "engine.request | services.web.cpuset: CPU 9 is wanted, and this machine has 0 to 3",
        "engine.request | services.web.cpuset: "all" is no list of CPUs | Write it as \`0-2,5\`.",
        "engine.request | services.web.blkio_config.weight: 5 is not between 10 and 1000",
        "engine.request | services.web.blkio_config: there is no device "/dev/none" on this machine",
        "engine.request | services.web.oom_score_adj: 2000 is not between -1000 and 1000",
      ]
    `);
  });

  test('of processes are kept within what the machine allows', () => {
    const machine = {
      ...ableMachine,
      hardLimits: { nofile: 20000, core: Number.POSITIVE_INFINITY },
      lowestOomScore: 0,
    };
    const { config, notes } = runtimeConfig(
      runtimeInput(
        {
          ulimits: [
            { name: 'nofile', soft: 30000, hard: 65536 },
            { name: 'core', soft: 0, hard: -1 },
          ],
          resources: { ...plainSpec.resources, oomScoreAdjust: -500 },
        },
        { machine },
      ),
    );
    expect(config.process.rlimits).toEqual([
      { type: 'RLIMIT_NOFILE', soft: 20000, hard: 20000 },
      { type: 'RLIMIT_CORE', soft: 0, hard: Number.POSITIVE_INFINITY },
    ]);
    expect(config.process.oomScoreAdj).toBe(0);
    expect(notes).toMatchInlineSnapshot(`
      [
        "services.web.ulimits.nofile: 65536 was asked for, and 20000 is the most that this machine allows",
        "services.web.oom_score_adj: -500 was asked for, and 0 is the least that this machine allows",
      ]
    `);
    expect(refusal({ ulimits: [{ name: 'files', soft: 1, hard: 1 }] })).toMatchInlineSnapshot(
      `"engine.request | services.web.ulimits.files: Linux has no such limit"`,
    );
    expect(refusal({ ulimits: [{ name: 'nofile', soft: 2, hard: 1 }] })).toMatchInlineSnapshot(
      `"engine.request | services.web.ulimits.nofile: soft (2) is above hard (1)"`,
    );
  });
});

describe('devices', () => {
  const tty = { path: '/dev/ttyS0', type: 'c', major: 4, minor: 64, mode: 0o660, uid: 0, gid: 20 } as const;

  test('are made under their names and permitted as asked for', () => {
    const { devices, resources } = configOf(
      {
        devices: [{ source: '/dev/ttyS0', target: '/dev/modem', permissions: 'rw' }],
        deviceCgroupRules: ['c 189:* rmw'],
      },
      { devices: { bySource: { '/dev/ttyS0': [tty] }, all: [] } },
    ).linux;
    expect(devices).toEqual([
      { path: '/dev/modem', type: 'c', major: 4, minor: 64, fileMode: 0o660, uid: 0, gid: 20 },
    ]);
    expect(resources.devices.slice(-2)).toEqual([
      { allow: true, type: 'c', major: 4, minor: 64, access: 'rw' },
      { allow: true, type: 'c', major: 189, access: 'rmw' },
    ]);
  });

  test('of a folder keep their places below it', () => {
    const bySource = {
      '/dev/snd': ['/dev/snd/seq', '/dev/snd/by-path/a'].map((path) => ({ ...tty, path })),
    };
    const { devices } = configOf(
      { devices: [{ source: '/dev/snd', target: '/dev/sound', permissions: 'rwm' }] },
      { devices: { bySource, all: [] } },
    ).linux;
    expect(devices.map(({ path }) => path)).toEqual(['/dev/sound/seq', '/dev/sound/by-path/a']);
  });

  test('a rule that is none is refused', () => {
    expect(refusal({ deviceCgroupRules: ['everything'] })).toMatchInlineSnapshot(
      `"engine.request | services.web.device_cgroup_rules: "everything" is no rule | Write it as \`c 1:3 rwm\`: type, major:minor (or *), and what may be done."`,
    );
  });
});

describe('mounts', () => {
  const held = (destination: string, options: readonly string[] = ['rbind', 'rprivate', 'rw']) =>
    ({
      oci: { destination, type: 'bind', source: '/srv', options },
      observed: { kind: 'bind', source: '/srv', target: destination },
      readOnly: false,
      anonymous: false,
    }) as const;
  const placesOf = (...args: Parameters<typeof configOf>) =>
    configOf(...args).mounts.map(({ destination }) => destination);

  test('are made parents first, and what the service mounts takes the place of what the engine has', () => {
    const mounts = ['/a/b/c', '/a', '/etc/hosts/', '/dev/shm', '/proc'].map((path) => held(path));
    expect(placesOf({}, { mounts })).toEqual([
      '/dev',
      '/dev/pts',
      '/sys',
      '/sys/fs/cgroup',
      '/dev/mqueue',
      '/a',
      '/proc',
      '/etc/resolv.conf',
      '/etc/hostname',
      '/etc/hosts',
      '/dev/shm',
      '/a/b/c',
    ]);
  });

  test('shared memory has its size, is shared, or is not there', () => {
    const shm = (...args: Parameters<typeof configOf>) =>
      configOf(...args).mounts.find(({ destination }) => destination === '/dev/shm');
    expect(shm({ shmSize: 1024 as Bytes })?.options).toContain('size=1024');
    expect(shm({}, { files: { shm: '/run/c1/shm' } })).toMatchObject({ type: 'bind', source: '/run/c1/shm' });
    expect(shm({ ipc: { kind: 'mode', mode: 'host' } })).toMatchObject({ source: '/dev/shm' });
    expect(shm({ ipc: { kind: 'mode', mode: 'none' } })).toBeUndefined();
  });

  test('a read-only root takes the files that the engine lends along', () => {
    const config = configOf({ readOnly: true });
    expect(config.root.readonly).toBe(true);
    expect(config.mounts.find(({ destination }) => destination === '/etc/hosts')?.options).toContain('ro');
  });

  test('a mount that shall pass on what is mounted below it needs a root that does', () => {
    expect(configOf().linux.rootfsPropagation).toBeUndefined();
    const shared = [held('/a', ['rbind', 'rshared']), held('/b', ['rbind', 'rslave'])];
    expect(configOf({}, { mounts: shared }).linux.rootfsPropagation).toBe('shared');
    expect(configOf({}, { mounts: shared.slice(1) }).linux.rootfsPropagation).toBe('rslave');
  });
});

describe('what the native engine has not', () => {
  test('is refused by the name of its field', () => {
    const specs: readonly Partial<ContainerSpec>[] = [
      { isolation: 'hyperv' },
      { storageOptions: { size: '1G' } },
      { deviceRequests: [{ count: -1, deviceIds: [], capabilities: ['gpu'], options: {} }] },
      { devices: [{ source: 'vendor.com/class=a', target: '', permissions: 'rwm' }] },
      { runtime: 'kata' },
      { logging: { driver: 'syslog', options: {} } },
      { runtime: 'crun', isolation: 'default', logging: { driver: 'local', options: {} } },
    ];
    expect(specs.map((spec) => refusal(spec))).toMatchInlineSnapshot(`
      [
        "engine.capability | the native engine cannot honour services.web.isolation: "hyperv" is a technology of Windows | Remove services.web.isolation, or run the project on Docker with \`--runtime docker\`.",
        "engine.capability | the native engine cannot honour services.web.storage_opt: its file systems have no quotas | Remove services.web.storage_opt, or run the project on Docker with \`--runtime docker\`.",
        "engine.capability | the native engine cannot honour services.web.gpus: it cannot hand out GPUs and other devices by driver | Remove services.web.gpus, or run the project on Docker with \`--runtime docker\`.",
        "engine.capability | the native engine cannot honour services.web.devices: "vendor.com/class=a" is a CDI name, which it does not read | Name the device by its path below /dev.",
        "engine.capability | the native engine cannot honour services.web.runtime: it knows no runtime "kata" | Use crun or runc, or remove services.web.runtime.",
        "engine.capability | the native engine cannot honour services.web.logging.driver: it has no log driver "syslog" | Use one of json-file, local, none.",
        "accepted",
      ]
    `);
  });
});
