import type { ExecSpec } from '../../driver.ts';
import { volatilePlaces } from '../containers/places.ts';
import type { ContainerRecord } from '../containers/record.ts';
import type { Engine } from '../engine.ts';
import {
  allCapabilities,
  capabilitySets,
  configText,
  type OciConfig,
  resolveIdentity,
} from '../oci/index.ts';
import { readInRoot } from '../system/read-in-root.ts';
import { readJson } from '../system/read-json.ts';

/**
 * The text of an OCI process that joins a container: what the container's own process is allowed, with another
 * command, folder, user and terminal.
 */
export function execProcess(engine: Engine, record: ContainerRecord, spec: ExecSpec): string {
  const places = volatilePlaces(engine.root, record.id);
  const own = readJson<OciConfig>(places.config)?.process;
  if (own === undefined) throw new Error(`bug in Flotilla: a running container without ${places.config}`);
  const identity = spec.user === undefined ? undefined : identityOf(engine, record, spec.user, places.rootfs);
  const capabilities = capabilitySets(
    spec.privileged ? allCapabilities(engine.machine) : own.capabilities.bounding,
    identity?.uid ?? own.user.uid,
  );
  return configText({
    ...own,
    terminal: spec.tty,
    ...(spec.size === undefined ? {} : { consoleSize: { height: spec.size.rows, width: spec.size.columns } }),
    args: spec.command,
    env: mergeEnvironment(own.env, [
      ...(identity === undefined ? [] : [`HOME=${identity.home}`]),
      ...(spec.tty ? ['TERM=xterm'] : []),
      ...spec.environment,
    ]),
    ...(spec.workingDir === undefined ? {} : { cwd: spec.workingDir }),
    ...(identity === undefined
      ? {}
      : { user: { uid: identity.uid, gid: identity.gid, additionalGids: identity.additionalGids } }),
    capabilities,
  });
}

/** A user of a container, by what its own files say. */
export function identityOf({ libc }: Engine, record: ContainerRecord, user: string, rootfs: string) {
  const read = (path: string): string => readInRoot(libc, rootfs, path);
  return resolveIdentity(
    { service: record.spec.service, user, groupAdd: record.spec.groupAdd },
    { passwd: read('/etc/passwd'), group: read('/etc/group') },
  );
}

function mergeEnvironment(base: readonly string[], more: readonly string[]): readonly string[] {
  const values = new Map(base.map((entry) => [nameOf(entry), entry]));
  for (const entry of more) values.set(nameOf(entry), entry);
  return [...values.values()];
}

function nameOf(entry: string): string {
  const equals = entry.indexOf('=');
  return equals < 0 ? entry : entry.slice(0, equals);
}
