import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../../src/core/units.ts';
import type { ContainerSpec } from '../../../src/runtime/index.ts';
import {
  findTools,
  freeze,
  groupFolders,
  groupProcesses,
  isFrozen,
  killGroup,
  oomKills,
  removeCgroup,
  seccompCache,
  toolVersion,
} from '../../../src/runtime/native/oci/index.ts';
import { createLocks } from '../../../src/runtime/native/system/lock.ts';
import { plainSpec } from '../../support/plain-spec.ts';
import { type Box, kill, libc, machine, openBox } from './box.ts';

let box: Box;
beforeEach(() => {
  box = openBox();
});
afterEach(() => box.clear());

const status = "grep -E '^(Cap(Eff|Bnd)|NoNewPrivs|Seccomp|Uid|Gid|Groups):' /proc/self/status";
const resources = (changes: Partial<Record<keyof ContainerSpec['resources'], unknown>>) =>
  ({ resources: { ...plainSpec.resources, ...changes } }) as Partial<ContainerSpec>;
const compiler = () =>
  seccompCache({
    root: box.root,
    locks: createLocks(libc),
    machine,
    runtime: '/usr/bin/crun',
    environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });

describe.each(['crun', 'runc'])('a container that %s runs', (runtime) => {
  const run = (script: string, spec: Partial<ContainerSpec> = {}) => box.run(script, { spec, runtime });

  test('has the usual capabilities, a seccomp filter, and its own name and processes', async () => {
    const { stdout, stderr } = await run(
      `${status}; hostname; pwd; echo $$ $HOME $HOSTNAME; ls /dev | grep -v core`,
    );
    expect(stderr).toBe('');
    expect(stdout.replaceAll('\t', ' ').split('\n')).toEqual([
      'Uid: 0 0 0 0',
      'Gid: 0 0 0 0',
      'Groups: 0 ',
      'CapEff: 00000000a80425fb',
      'CapBnd: 00000000a80425fb',
      'NoNewPrivs: 0',
      'Seccomp: 2',
      'box',
      '/',
      '1 / box',
      ...'fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero'.split(' '),
      '',
    ]);
  });

  test('cannot do what reaches the machine', async () => {
    const { stdout } = await run(
      `for try in "unshare -U true" "mount -t tmpfs x /mnt" "touch /proc/sys/kernel/x" \\
         "echo 1 > /proc/sysrq-trigger" "mkdir /sys/fs/cgroup/pids/x" "mknod /disk b 254 0 && cat /disk"; do
         mkdir -p /mnt; sh -c "$try" >/dev/null 2>&1 && echo "$try works"; done; wc -c < /proc/keys; ls /sys/firmware`,
    );
    expect(stdout).toBe('0\n');
  });

  test('is who it shall be, by the names of its root', async () => {
    mkdirSync(join(box.rootfs, 'etc'));
    writeFileSync(
      join(box.rootfs, 'etc/passwd'),
      'root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/srv/app:/bin/sh\n',
    );
    writeFileSync(join(box.rootfs, 'etc/group'), 'app:x:1001:\nmedia:x:44:app,x\nextra:x:55:\n');
    const user = async (spec: Partial<ContainerSpec>) =>
      (await run(`id -u; id -g; id -G; echo $HOME; grep CapEff /proc/self/status`, spec)).stdout
        .replaceAll('\t', ' ')
        .split('\n');
    const none = ['CapEff: 0000000000000000', ''];
    expect(await user({ user: 'app', groupAdd: ['extra', '77'] })).toEqual([
      '1000',
      '1001',
      '1001 44 55 77',
      '/srv/app',
      ...none,
    ]);
    expect(await user({ user: 'app:extra' })).toEqual(['1000', '55', '55', '/srv/app', ...none]);
    expect(await user({ user: '4000:44' })).toEqual(['4000', '44', '44', '/', ...none]);
    await expect(run('true', { user: 'nobody-here' })).rejects.toMatchObject({
      code: 'engine.request',
      message: 'services.web.user: unable to find user nobody-here: no matching entries in passwd file',
    });
  });

  test('keeps within its limits', async () => {
    const { stdout } = await run(
      `cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes pids/pids.max \\
         cpu/cpu.cfs_quota_us cpu/cpu.shares cpuset/cpuset.cpus; ulimit -n; ulimit -c; df -m /dev/shm | tail -1`,
      {
        ...resources({ memory: 2 ** 26, nanoCpus: 5e8, cpuShares: 512, cpusetCpus: '0', pidsLimit: 50 }),
        ulimits: [
          { name: 'nofile', soft: 100, hard: 10 ** 9 },
          { name: 'core', soft: 0, hard: -1 },
        ],
        shmSize: (2 ** 21) as Bytes,
      },
    );
    if (machine.cgroups.mode === 'v2') return;
    expect(stdout).toMatch(/^67108864\n134217728\n50\n50000\n512\n0\n100\n0\nshm +2 /);
  });

  test('that takes more memory than it may is killed, and that can be told', async () => {
    const hog =
      'head -c 200m /dev/zero | tail -c 190m >/dev/null; echo > /seen/end; while :; do sleep 1; done';
    const seen = box.folder(`seen-${runtime}`);
    const mounts = await box.hold({
      mounts: [{ kind: 'bind', source: seen, target: '/seen', readOnly: false, createHostPath: false }],
    });
    const spec = resources({ memory: 2 ** 24, memorySwap: 2 ** 24 });
    const ended = appears(seen, 'end');
    const path = await box.start(hog, { spec, mounts, runtime });
    await ended;
    expect(oomKills(machine, path)).toBe(1);
    expect(oomKills(machine, '/no/such/group')).toBe(0);
  });

  test('with privileges may do what the machine lets the engine do', async () => {
    const { stdout, stderr } = await run(
      `${status} | grep -E 'CapEff|Seccomp:'; mkdir -p /mnt; mount -t tmpfs x /mnt && echo mounted; ls /dev | grep -c loop;
       mkdir /sys/fs/cgroup/pids/below && rmdir /sys/fs/cgroup/pids/below && echo grouped`,
      { privileged: true },
    );
    expect(stderr).toBe('');
    const loops = readdirSync('/dev').filter((name) => name.includes('loop')).length;
    expect(stdout.replaceAll('\t', ' ')).toMatch(
      new RegExp(`^CapEff: 000001f.{9}\\nSeccomp: 0\\nmounted\\n${loops}\\ngrouped\\n$`),
    );
  });

  test('with a read-only root can write where it has memory for it', async () => {
    const mounts = await box.hold({ mounts: [{ kind: 'tmpfs', target: '/run', readOnly: false }] });
    const { stdout, stderr } = await box.run('touch /x; touch /run/x && echo written', {
      spec: { readOnly: true },
      mounts,
      runtime,
    });
    expect([stdout, stderr]).toEqual(['written\n', 'touch: /x: Read-only file system\n']);
  });

  test('has its kernel settings, its domain, and its working folder made', async () => {
    const { stdout } = await run(
      'cat /proc/sys/net/core/somaxconn /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/domainname; pwd',
      { sysctls: { 'net.core.somaxconn': '77' }, domainname: 'example.org', workingDir: '/not/there/yet' },
    );
    expect(stdout).toBe('77\n0\nexample.org\n/not/there/yet\n');
  });

  test('has an init program for process 1 when it wants one', async () => {
    const { stdout } = await run('cat /proc/1/comm; echo $$', { init: true });
    expect(stdout).toMatch(/^(docker-init|tini|catatonit)\n[2-9]\n$/);
  });

  test('gets the devices that it asks for, to do with them what is permitted', async () => {
    const devices = [{ source: '/dev/loop-control', target: '/dev/mine', permissions: 'r' }];
    const { stdout } = await run(
      'ls /dev/mine; (exec 3</dev/mine) && echo read; (exec 3>/dev/mine) 2>/dev/null || echo refused',
      { devices },
    );
    expect(stdout).toBe('/dev/mine\nread\nrefused\n');
    await expect(
      run('true', { devices: [{ source: '/dev/no-such', target: '/dev/x', permissions: 'rwm' }] }),
    ).rejects.toMatchObject({ code: 'engine.request', message: expect.stringContaining('"/dev/no-such"') });
  });

  test('with no-new-privileges or without its filter says so', async () => {
    const { stdout } = await run(`${status} | grep -E 'NoNew|Seccomp:'; unshare -U echo new user`, {
      securityOptions: ['no-new-privileges:true', 'seccomp=unconfined'],
    });
    expect(stdout.replaceAll('\t', ' ')).toBe('NoNewPrivs: 1\nSeccomp: 0\nnew user\n');
  });
});

async function appears(folder: string, name: string): Promise<void> {
  for await (const { filename } of watch(folder)) if (filename === name) return;
}

describe('the compiled seccomp policy', () => {
  const script = `${status} | grep Seccomp:; unshare -U true || echo refused; mkdir /dir && rmdir /dir && echo fine`;

  test('is compiled once, and does what the policy does', async () => {
    const first = await box.run(script, { compiler: compiler() });
    const kept = readdirSync(join(box.root.volatile, 'seccomp'));
    const second = await box.run(script, { compiler: compiler() });
    for (const { stdout } of [first, second]) {
      expect(stdout.replaceAll('\t', ' ')).toBe('Seccomp: 2\nrefused\nfine\n');
    }
    expect(kept).toHaveLength(2);
    expect(readdirSync(join(box.root.volatile, 'seccomp'))).toEqual(kept);
  });

  test('differs by capabilities', async () => {
    const cache = compiler();
    const spec = { capAdd: ['SYS_ADMIN'] };
    const mount = 'mkdir -p /mnt; mount -t tmpfs x /mnt 2>/dev/null && echo mounted || echo refused';
    expect((await box.run(mount, { compiler: cache })).stdout).toBe('refused\n');
    expect((await box.run(mount, { compiler: cache, spec })).stdout).toBe('mounted\n');
  });

  test('cannot be replaced by an annotation of the user’s', async () => {
    const everything = Buffer.alloc(8);
    everything.writeUInt16LE(0x06, 0);
    everything.writeUInt32LE(0x7fff0000, 4);
    const annotations = { 'run.oci.seccomp_bpf_data': everything.toString('base64') };
    const spec = { annotations, command: ['sh', '-c', script] };
    expect((await box.run(script, { compiler: compiler(), spec })).stdout).toContain('refused');
  });

  test('that is no policy is left to the container’s own runtime to complain about', async () => {
    const securityOptions = ['seccomp={"defaultAction":"SCMP_ACT_NONSENSE"}'];
    const { exitCode, stderr } = await box.run('true', { compiler: compiler(), spec: { securityOptions } });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('SCMP_ACT_NONSENSE');
    expect(readdirSync(join(box.root.volatile, 'seccomp'))).toEqual(['lock']);
  });
});

describe('the control group of a container', () => {
  test('is held still, killed with all its processes, and removed', async () => {
    const seen = box.folder('seen');
    const mounts = await box.hold({
      mounts: [{ kind: 'bind', source: seen, target: '/seen', readOnly: false, createHostPath: false }],
    });
    const ready = appears(seen, 'ready');
    const path = await box.start('(echo > /seen/ready; exec sleep 1000) & exec sleep 1000', { mounts });
    await ready;
    expect(await groupProcesses(machine, path)).toHaveLength(2);
    expect(isFrozen(machine, path)).toBe(false);
    freeze(machine, path, true);
    await expect.poll(() => isFrozen(machine, path)).toBe(true);
    freeze(machine, path, false);
    await expect.poll(() => isFrozen(machine, path)).toBe(false);
    await killGroup(machine, path, kill);
    await removeCgroup(machine, path);
    await removeCgroup(machine, path);
    expect(groupFolders(machine, path).filter((folder) => existsSync(folder))).toEqual([]);
    expect(await groupProcesses(machine, path)).toEqual([]);
  });
});

describe('the tools of the machine', () => {
  test('are found, and their versions asked for once', async () => {
    const { paths, missing, install } = findTools(machine, {});
    expect([missing, install]).toEqual([[], undefined]);
    const crun = paths.crun ?? '';
    const version = await toolVersion(box.root.volatile, crun);
    expect(version).toMatch(/^crun version \d/);
    expect(await toolVersion(box.root.volatile, crun)).toBe(version);
  });
});
