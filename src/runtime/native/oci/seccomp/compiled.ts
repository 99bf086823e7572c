import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { release } from 'node:os';
import { basename, join } from 'node:path';
import type { Root } from '../../parts.ts';
import type { Locks } from '../../system/lock.ts';
import { readText } from '../../system/read-json.ts';
import { writeWhole } from '../../system/write-whole.ts';
import { configText, type OciConfig, type OciSeccomp, sharedText } from '../config.ts';
import type { MachineFacts } from '../machine/facts.ts';
import { runtimeWrap } from '../machine/wrap.ts';

export interface SeccompCacheOptions {
  readonly root: Root;
  readonly locks: Locks;
  readonly machine: MachineFacts;
  /** Path of the OCI runtime. */
  readonly runtime: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface SeccompCache {
  /**
   * The configuration with the filter that its policy compiles to, in the annotation by which crun takes it instead of
   * compiling the policy for each container. The policy stays, for runtimes that do not know the annotation. The
   * configuration as it is, where there is no policy or it cannot be compiled.
   */
  compiled(config: OciConfig): Promise<OciConfig>;
}

/** crun calls it experimental; tests look whether the filter is really there. */
const annotation = 'run.oci.seccomp_bpf_data';

/**
 * Compiles each policy once per boot and version of runtime and library: the first time by letting the runtime make a
 * container that never starts, whose state has the filter.
 */
export function seccompCache(options: SeccompCacheOptions): SeccompCache {
  const isCrun = basename(options.runtime) === 'crun';
  const found = new Map<string, Promise<string | undefined>>();
  let versions: Promise<string> | undefined;
  const filterOf = async (policy: string): Promise<string | undefined> => {
    versions ??= versionsOf(options.runtime);
    const key = createHash('sha256')
      .update(await versions)
      .update(policy)
      .digest('hex');
    let filter = found.get(key);
    if (filter === undefined) {
      filter = stored(options, key, policy);
      found.set(key, filter);
    }
    return await filter;
  };
  return {
    async compiled(config) {
      const { seccomp } = config.linux;
      if (!isCrun || seccomp === undefined) return config;
      const filter = await filterOf(sharedText(seccomp));
      // Nothing that a user wrote there may stand in for the policy.
      const { [annotation]: _, ...others } = config.annotations;
      return {
        ...config,
        annotations: filter === undefined ? others : { ...others, [annotation]: filter },
      };
    },
  };
}

async function stored(
  options: SeccompCacheOptions,
  key: string,
  policy: string,
): Promise<string | undefined> {
  const folder = join(options.root.volatile, 'seccomp');
  const file = join(folder, key);
  const there = readText(file);
  if (there !== undefined) return there;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return await options.locks.hold(join(folder, 'lock'), async () => {
    const made = readText(file) ?? (await compile(options, folder, JSON.parse(policy)));
    if (made !== undefined) writeWhole(file, made);
    return made;
  });
}

async function compile(
  { runtime, machine, environment }: SeccompCacheOptions,
  folder: string,
  seccomp: OciSeccomp,
): Promise<string | undefined> {
  const id = `${prefix}${randomBytes(8).toString('hex')}`;
  const bundle = join(folder, id);
  const state = join(bundle, 'state');
  const common = (of: string) => [runtime, '--root', join(folder, of, 'state'), '--cgroup-manager=disabled'];
  const discard = async (of: string): Promise<void> => {
    await run([...common(of), 'delete', '--force', of], join(folder, of), environment);
    rmSync(join(folder, of), { recursive: true, force: true });
  };
  const wrap = runtimeWrap(machine, { program: runtime, shared: false });
  try {
    // Containers of commands that were killed while they compiled: whoever does so now holds the lock.
    for (const left of readdirSync(folder).filter((name) => name.startsWith(prefix))) await discard(left);
    makeBundle(bundle, seccomp);
    const made = await run([...wrap, ...common(id), 'create', '--bundle', bundle, id], bundle, environment);
    return made ? readFileSync(join(state, id, 'seccomp.bpf')).toString('base64') || undefined : undefined;
  } catch {
    // Each container's own runtime compiles it then, and says what is wrong if anything is.
    return undefined;
  } finally {
    await discard(id).catch(() => undefined);
  }
}

const prefix = 'seccomp-';

/** As little as a container can be: a program that is there, but is never executed. */
function makeBundle(bundle: string, seccomp: OciSeccomp): void {
  for (const name of ['dev', 'proc']) mkdirSync(join(bundle, 'rootfs', name), { recursive: true });
  writeFileSync(join(bundle, 'rootfs/never'), '', { mode: 0o755 });
  const config = {
    ociVersion: '1.0.2',
    root: { path: 'rootfs', readonly: true },
    process: { args: ['/never'], cwd: '/', env: [], user: { uid: 0, gid: 0 } },
    mounts: [{ destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: [] }],
    linux: { namespaces: [{ type: 'mount' }, { type: 'pid' }], seccomp },
  };
  writeFileSync(join(bundle, 'config.json'), configText(config));
}

/** What the made container keeps open must not keep us waiting: its output goes to a file. */
async function run(
  [program = '', ...words]: readonly string[],
  bundle: string,
  env: SeccompCacheOptions['environment'],
): Promise<boolean> {
  const output = openSync(join(bundle, 'output'), 'a');
  try {
    const child = spawn(program, words, { stdio: ['ignore', output, output], env });
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code === 0));
    });
  } finally {
    closeSync(output);
  }
}

/** Stands for the versions of runtime, library and kernel without running anything. */
async function versionsOf(runtime: string): Promise<string> {
  const folders = ['/usr/lib', '/usr/lib64', '/usr/local/lib', '/lib', '/lib64'];
  const libraries = await Promise.all(folders.map(librariesIn));
  const files = [runtime, ...libraries.flat()];
  const marks = await Promise.all(files.map(markOf));
  return [release(), ...new Set(marks)].join('\n');
}

async function librariesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const places = [
    folder,
    ...entries.filter((entry) => entry.name.includes('-linux-')).map(({ name }) => join(folder, name)),
  ];
  return places.map((place) => join(place, 'libseccomp.so.2'));
}

async function markOf(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    const { size, mtimeMs } = await stat(real);
    return `${real} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}
