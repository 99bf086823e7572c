import { arch } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ConnectOptions } from '../connect.ts';
import type { Driver } from '../driver.ts';
import { findOnPath } from '../find-program.ts';
import type { Leftover, Leftovers } from '../housekeeping.ts';
import { systemClock } from '../system-clock.ts';
import { createNameHost, readInheritance } from './dns/index.ts';
import { nativeDriver } from './driver.ts';
import type { Engine } from './engine.ts';
import { openImages } from './images/index.ts';
import { createNetworks } from './network/index.ts';
import { findTools, machineFacts, runtimeView, seccompCache } from './oci/index.ts';
import { isRootOpen, isRootThere, openRoot } from './root.ts';
import { inheritedNames, readSummoner, summonerName } from './supervisor/summon.ts';
import { loadLibc } from './system/libc.ts';
import { createLocks } from './system/lock.ts';
import { readOnlyView } from './system/read-only-view.ts';
import { commandRunner } from './system/run-command.ts';
import { createTrashCan } from './system/trash.ts';
import { chooseTools } from './tools.ts';
import { createVolumes } from './volumes/index.ts';

export interface NativeOptions
  extends Pick<
    ConnectOptions,
    'environment' | 'home' | 'files' | 'now' | 'configDir' | 'supervisor' | 'insecureRegistries'
  > {
  /** Why there is no Docker engine, when one was looked for first. */
  readonly dockerFailure?: unknown;
}

/** The engine of this machine. Rejects with `engine.not-found` that lists what it lacks to run containers itself. */
export async function connectNative(options: NativeOptions, signal?: AbortSignal): Promise<Driver> {
  signal?.throwIfAborted();
  return nativeDriver(await openEngine(options));
}

/** What this machine lacks to run containers itself; nothing when it can. */
export async function examineNative({
  environment,
}: Pick<NativeOptions, 'environment'>): Promise<NativeNeeds> {
  const machine = machineFacts();
  const { missing, install } = findTools(machine, environment);
  const builder = await findOnPath('buildah', environment);
  return {
    missing,
    optional: [
      ...(machine.initProgram === undefined ? [{ name: 'tini', use: 'containers with `init: true`' }] : []),
      ...(builder === undefined ? [{ name: 'buildah', use: 'builds of images' }] : []),
    ],
    ...(install === undefined ? {} : { install }),
  };
}

/** What killed commands have left behind, found or mended. An engine that never was at work is not made for it. */
export async function searchLeftovers(
  options: NativeOptions,
  deed: keyof Leftovers,
  signal?: AbortSignal,
): Promise<readonly Leftover[]> {
  if (!isRootThere(options.environment)) return [];
  const driver = nativeDriver(await openEngine(options));
  try {
    return (await driver.housekeeping.leftovers?.[deed](signal)) ?? [];
  } finally {
    await driver.close();
  }
}

export interface NativeNeeds {
  /** In words. */
  readonly missing: readonly string[];
  /** Programs, and Debian packages of the same name, that it needs only for one thing. */
  readonly optional: readonly { readonly name: string; readonly use: string }[];
  /** The one command that installs what can be installed. */
  readonly install?: string;
}

export async function superviseNative(
  options: NativeOptions & { readonly project: string; readonly pid: number },
): Promise<void> {
  const { supervise } = await import('./supervisor/supervise.ts');
  const { environment, project, pid } = options;
  // It must not come back by who was summoned just before.
  if (!isRootOpen(environment)) return;
  const inherited = readInheritance(environment[inheritedNames]);
  const summoner = readSummoner(environment[summonerName]);
  await supervise(await openEngine(options), project, pid, {
    inherited,
    ...(summoner === undefined ? {} : { summoner }),
  });
}

/** What its programs are told; the supervisor has to find the engine, and the code that it compiled last time. */
const handedOn = ['PATH', 'FLOTILLA_ROOT', 'FLOTILLA_CODE_CACHE', 'XDG_CACHE_HOME', 'HOME'];

async function openEngine(options: NativeOptions): Promise<Engine> {
  const { environment, now } = options;
  const machine = machineFacts();
  const tools = chooseTools(machine, options);
  const libc = await loadLibc();
  const root = openRoot({ environment, libc });
  const locks = createLocks(libc);
  const run = Object.fromEntries(handedOn.map((name) => [name, environment[name]]));
  return {
    root,
    libc,
    locks,
    names: createNameHost({ root, libc }),
    machine,
    tools,
    seccomp: seccompCache({
      root,
      locks,
      machine,
      runtime: tools.runtimes.crun ?? tools.runtimes.runc ?? '',
      environment: run,
    }),
    readOnly: readOnlyView(libc),
    trash: createTrashCan(commandRunner(libc, run)),
    view: runtimeView(libc, machine),
    now,
    environment: run,
    supervisor: options.supervisor ?? ['node', fileURLToPath(new URL('./supervisor.cjs', import.meta.url))],
    parts: {
      images: openImages({
        root,
        libc,
        environment,
        architecture: arch(),
        clock: systemClock,
        ...(options.insecureRegistries === undefined
          ? {}
          : { insecureRegistries: options.insecureRegistries }),
      }),
      networks: createNetworks({ root, libc, now, environment: run }),
      volumes: createVolumes({ root, libc, now }),
    },
  };
}
