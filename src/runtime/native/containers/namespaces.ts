import { hostname as hostName } from 'node:os';
import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { Engine } from '../engine.ts';
import { endpointOfMode, hostsText, resolvConfText } from '../network/index.ts';
import { chooseNamespaces, type EngineFiles, type NamespaceChoice, type Namespaces } from '../oci/index.ts';
import type { Plumbing, Root } from '../parts.ts';
import { writeOpenFile } from '../system/open-to-all.ts';
import { readText } from '../system/read-json.ts';
import { requireRecord } from './find.ts';
import { volatilePlaces } from './places.ts';
import type { ContainerRecord } from './record.ts';
import { isRunning, lifeOf } from './run.ts';

/** Makes the container's network; nothing for one that has no network of its own. */
export async function plumb(
  engine: Engine,
  { id, name, spec }: ContainerRecord,
  signal: AbortSignal | undefined,
): Promise<Plumbing | undefined> {
  const { networks } = engine.parts;
  switch (spec.network.kind) {
    case 'networks':
      return await networks.plumb(
        { id, project: spec.project, name, endpoints: spec.network.endpoints, dns: spec.dns },
        signal,
      );
    case 'none':
      return await networks.plumbNone(id);
    case 'host':
    case 'container':
      return undefined;
    case 'mode':
      return await networks.plumb(
        {
          id,
          project: spec.project,
          name,
          endpoints: [endpointOfMode(spec.network.mode, spec.macAddress)],
          dns: spec.dns,
        },
        signal,
      );
  }
}

export function joinNamespaces(
  engine: Engine,
  { spec }: ContainerRecord,
  plumbing: Plumbing | undefined,
): Namespaces {
  return chooseNamespaces(spec, engine.machine, {
    network: networkOf(engine, spec.network, plumbing),
    processOf: (container) => processOf(engine, container),
  });
}

function networkOf(
  engine: Engine,
  network: ContainerRecord['spec']['network'],
  plumbing: Plumbing | undefined,
): NamespaceChoice {
  if (plumbing !== undefined) return { path: plumbing.namespace };
  if (network.kind !== 'container') return 'host';
  // Not there yet when both are created together; the start looks again.
  const pid = runningProcessOf(engine, network.container);
  return { path: `/proc/${pid ?? 0}/ns/net` };
}

/** Process 1 of a container that another one shares a namespace with; 0 while it does not run. */
function processOf(engine: Engine, container: string): number {
  return runningProcessOf(engine, container) ?? 0;
}

function runningProcessOf(engine: Engine, container: string): number | undefined {
  const life = lifeOf(engine, requireRecord(engine.root, container).id);
  return isRunning(life) ? life.run?.init.pid : undefined;
}

/** Throws `engine.conflict` when a container whose namespace it shares does not run. */
export function requireSharedNamespaces(engine: Engine, { name, spec }: ContainerRecord): void {
  for (const ref of othersOf(spec)) {
    if (runningProcessOf(engine, ref) !== undefined) continue;
    const other = requireRecord(engine.root, ref);
    throw new FlotillaError(
      'engine.conflict',
      `cannot start container ${quote(name)}: container ${quote(other.name)}, whose namespace it joins, is not running`,
      { hint: `Start ${quote(other.name)} first.` },
    );
  }
}

export function sharesNamespaces({ spec }: Pick<ContainerRecord, 'spec'>): boolean {
  return othersOf(spec).length > 0;
}

/** The containers whose namespaces it joins. */
function othersOf({ network, pid, ipc }: ContainerRecord['spec']): readonly string[] {
  return [network, pid, ipc].flatMap((mode) => (mode?.kind === 'container' ? [mode.container] : []));
}

/** The container whose network another one has that joins `container`, which may itself have joined one. */
function networkOwner(root: Root, container: string): ContainerRecord {
  const record = requireRecord(root, container);
  const { network } = record.spec;
  return network.kind === 'container' ? networkOwner(root, network.container) : record;
}

/** Writes the files by which a container knows names: its own, those of others, and whom to ask. */
export async function writeNameFiles(
  engine: Engine,
  record: ContainerRecord,
  plumbing: Plumbing | undefined,
): Promise<{ readonly hostname: string; readonly files: EngineFiles }> {
  const { spec, id } = record;
  if (spec.network.kind === 'container') {
    const { hosts, hostname, resolvConf } = volatilePlaces(
      engine.root,
      networkOwner(engine.root, spec.network.container).id,
    );
    return { hostname: readText(hostname)?.trim() ?? '', files: { hosts, hostname, resolvConf } };
  }
  const hostname =
    spec.hostname ?? (spec.network.kind === 'host' || spec.uts === 'host' ? hostName() : id.slice(0, 12));
  const { hosts, hostname: nameFile, resolvConf } = volatilePlaces(engine.root, id);
  writeOpenFile(nameFile, `${hostname}\n`);
  writeOpenFile(
    hosts,
    hostsText({
      spec,
      hostname,
      addresses: plumbing?.addresses ?? [],
      host: readText('/etc/hosts') ?? '',
    }),
  );
  writeOpenFile(
    resolvConf,
    resolvConfText({
      spec,
      nameservers: plumbing?.nameservers ?? [],
      host: readText('/etc/resolv.conf') ?? '',
    }),
  );
  return { hostname, files: { hosts, hostname: nameFile, resolvConf } };
}
