import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { containerId, projectName } from '../../../src/core/ids.ts';
import type { ContainerSpec } from '../../../src/runtime/index.ts';
import {
  chooseNamespaces,
  configText,
  killGroup,
  machineFacts,
  mountPoints,
  type RuntimeConfigInput,
  readHostDevices,
  removeCgroup,
  resolveIdentity,
  runtimeConfig,
  runtimeWrap,
  type SeccompCache,
} from '../../../src/runtime/native/oci/index.ts';
import type { HeldMount, MountRequest, Root, Volumes } from '../../../src/runtime/native/parts.ts';
import { loadLibc } from '../../../src/runtime/native/system/libc.ts';
import { createVolumes } from '../../../src/runtime/native/volumes/index.ts';
import { containerSpec, plainImage } from '../../support/runtime-input.ts';

export const libc = await loadLibc();
export const machine = machineFacts();

/** A root with busybox in it, an engine's folders, and an OCI runtime that runs what is made of a spec. */
export interface Box {
  readonly root: Root;
  /** The container's root; the test may put things there. */
  readonly rootfs: string;
  readonly volumes: Volumes;
  /** A folder of the host for the test. */
  folder(name: string): string;
  hold(request: Partial<MountRequest>): Promise<readonly HeldMount[]>;
  /** Runs a shell command in a container to its end. */
  run(script: string, wanted?: Wanted): Promise<Outcome>;
  /** Runs a shell command in a container that goes on by itself; resolves to its `cgroupsPath`. */
  start(script: string, wanted?: Wanted): Promise<string>;
  /** Ends what was started, undoes mounts and removes all folders. */
  clear(): Promise<void>;
}

export interface Wanted {
  readonly spec?: Partial<ContainerSpec>;
  readonly mounts?: readonly HeldMount[];
  readonly input?: Partial<RuntimeConfigInput>;
  readonly runtime?: string;
  readonly compiler?: SeccompCache;
}

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly notes: readonly string[];
}

export function openBox(): Box {
  const base = mkdtempSync(join(tmpdir(), 'flotilla-box-'));
  const root: Root = { lasting: join(base, 'lib'), volatile: join(base, 'run'), tag: '0b0b0b0b' };
  const rootfs = join(base, 'rootfs');
  for (const place of [root.lasting, root.volatile, join(rootfs, 'bin')])
    mkdirSync(place, { recursive: true });
  copyFileSync('/usr/bin/busybox', join(rootfs, 'bin/busybox'));
  const programs = spawnSync('/usr/bin/busybox', ['--list'], { encoding: 'utf8' }).stdout.trim().split('\n');
  for (const name of programs) {
    if (name !== 'busybox') symlinkSync('busybox', join(rootfs, 'bin', name));
  }
  const volumes = createVolumes({ root, libc, now: () => 0 });
  const group = `/${basename(base)}`;
  let runs = 0;
  const started: string[] = [];
  const prepare = async (script: string, wanted: Wanted) => {
    const { spec: changes = {}, mounts = [], input = {}, runtime = 'crun', compiler } = wanted;
    runs += 1;
    const spec = containerSpec({ command: ['sh', '-c', script], ...changes });
    const bundle = join(base, `bundle-${runs}`);
    mkdirSync(bundle);
    const cgroupsPath = `${group}/${runs}`;
    const { config, notes } = runtimeConfig({
      spec,
      image: plainImage,
      identity: resolveIdentity(
        { service: spec.service, user: spec.user ?? '', groupAdd: spec.groupAdd },
        { passwd: readText(join(rootfs, 'etc/passwd')), group: readText(join(rootfs, 'etc/group')) },
      ),
      rootfs,
      mounts,
      namespaces: chooseNamespaces(spec, machine, { network: 'new', processOf: () => 0 }),
      files: {},
      hostname: 'box',
      cgroupsPath,
      machine,
      devices: await readHostDevices(spec),
      ...input,
    });
    writeFileSync(join(bundle, 'config.json'), configText((await compiler?.compiled(config)) ?? config));
    const shared = config.linux.rootfsPropagation === 'shared';
    const wrap = runtimeWrap(machine, { program: runtime, shared });
    const words = (verb: string) => [...wrap, runtime, '--root', join(base, 'state'), verb];
    return { id: `box-${runs}`, bundle, cgroupsPath, notes, words };
  };
  return {
    root,
    rootfs,
    volumes,
    folder(name) {
      const path = join(base, name);
      mkdirSync(path, { recursive: true });
      return path;
    },
    hold: (request) =>
      volumes.hold({
        id: containerId('c1'),
        project: projectName('shop'),
        mounts: [],
        imageVolumes: [],
        inherit: [],
        taken: [],
        rootfs,
        layersOf: async () => [],
        ...request,
      }),
    async run(script, wanted = {}) {
      const { id, bundle, cgroupsPath, notes, words } = await prepare(script, wanted);
      const [program = '', ...rest] = [...words('run'), '--bundle', bundle, id];
      const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
      await removeCgroup(machine, cgroupsPath);
      return { exitCode: status, stdout, stderr, notes };
    },
    async start(script, wanted = {}) {
      const { id, bundle, cgroupsPath, words } = await prepare(script, wanted);
      const [program = '', ...rest] = [...words('run'), '--detach', '--bundle', bundle, id];
      const { status } = spawnSync(program, rest, { stdio: 'ignore' });
      if (status !== 0) throw new Error(`the runtime ended with ${status}`);
      started.push(cgroupsPath);
      return cgroupsPath;
    },
    async clear() {
      for (const path of started) await killGroup(machine, path, kill);
      const left = mountPoints(readText('/proc/self/mountinfo')).filter(({ path }) =>
        path.startsWith(`${base}/`),
      );
      for (const { path } of left.reverse()) libc.unmount(path, 2);
      await removeCgroup(machine, group);
      rmSync(base, { recursive: true });
    },
  };
}

/** That it is gone is what is wanted. */
export function kill(pid: number): void {
  libc.kill(pid, 9);
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** All paths below a folder with type, mode, owner and link target, sorted. */
export function listing(folder: string, below = ''): readonly string[] {
  return readdirSync(join(folder, below))
    .sort()
    .flatMap((name) => {
      const path = join(below, name);
      const found = lstatSync(join(folder, path));
      const line = `${path} ${(found.mode & 0o177777).toString(8)} ${found.uid}:${found.gid}`;
      return [line, ...(found.isDirectory() ? listing(folder, path) : [])];
    });
}
