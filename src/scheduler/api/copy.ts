import { posix } from 'node:path';
import { FlotillaError } from '../../core/error.ts';
import type { ProjectName, ServiceName } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import {
  type CommitOptions,
  localGround,
  lookAtDestination,
  lookAtSource,
  type ObservedContainer,
  type PathStat,
  packPath,
  unpack,
} from '../../runtime/index.ts';
import { byName } from '../execute/index.ts';
import { inReplicaOrder, isChosen, isUp, listContainers, withIndex } from './containers.ts';
import { type CopyDestination, meansContent, placeOfCopy } from './copy-place.ts';
import type { Session } from './session.ts';

export interface CopyContainersRequest {
  readonly projectName: ProjectName;
  readonly service: ServiceName;
  /** Only this replica. */
  readonly index?: number;
  /** Include one-off containers of `run`; they come last. */
  readonly oneOffs: boolean;
}

/** The containers of a service that files can be copied from and to, running or not. Rejects with `run.container-missing`. */
export async function copyContainers(
  session: Session,
  { projectName, service, index, oneOffs }: CopyContainersRequest,
): Promise<readonly ObservedContainer[]> {
  const containers = await listContainers(session, {
    projectName,
    services: new Set([service]),
    all: true,
    oneOffs,
  });
  if (isChosen(index)) return [withIndex(containers, service, index)];
  if (containers.length > 0) return inReplicaOrder(containers);
  throw new FlotillaError('run.container-missing', `no container found for service ${quote(service)}`, {
    hint: `Make one with \`flotilla up -d ${service}\` or \`flotilla create ${service}\`.`,
  });
}

/** The container of a service that is made an archive or an image of: one that runs, as for `exec`, else one that does not. */
export async function pickEvenStopped(
  session: Session,
  request: Omit<CopyContainersRequest, 'oneOffs'>,
): Promise<ObservedContainer> {
  const containers = await copyContainers(session, { ...request, oneOffs: !isChosen(request.index) });
  return containers.find(isUp) ?? (containers[0] as ObservedContainer);
}

/** A tar archive of a container's own file system, without what is mounted in it. */
export function exportOf(
  { driver, drain }: Session,
  container: ObservedContainer,
): Promise<AsyncIterable<Uint8Array>> {
  return named(container, () => driver.exportContainer(container.id, drain));
}

/** Makes an image of a container; resolves to its id. */
export function commit(
  { driver, drain }: Session,
  container: ObservedContainer,
  options: CommitOptions,
): Promise<string> {
  return named(container, () => driver.commitContainer(container.id, options, drain));
}

interface CopyOptions {
  /** Take what a link leads to, not the link itself. */
  readonly followLinks: boolean;
  /** Hears of what cannot be copied: sockets, and out of containers pipes and devices. */
  readonly onLeftOut: (path: string) => void;
}

export interface CopyIntoRequest extends CopyOptions {
  /** A path of this machine, or a tar archive. */
  readonly source: string | AsyncIterable<Uint8Array>;
  /** In the container. */
  readonly path: string;
  /** Everything belongs to the container's user then. */
  readonly ownedByUser: boolean;
}

/** Copies a file, a folder or the content of an archive into a container. Rejects with `run.copy`. */
export function copyInto(
  session: Session,
  container: ObservedContainer,
  request: CopyIntoRequest,
): Promise<void> {
  return named(container, () => putInto(session, container, request));
}

async function putInto(
  { driver, drain }: Session,
  container: ObservedContainer,
  { source, path: asked, ownedByUser, followLinks, onLeftOut }: CopyIntoRequest,
): Promise<void> {
  const put = (folder: string, archive: AsyncIterable<Uint8Array>): Promise<void> =>
    driver.putArchive(container.id, folder, archive, { ownedByUser }, drain);
  const destination = await destinationIn({ driver, drain }, container, asked);
  if (typeof source !== 'string') {
    if (destination.found === 'folder') return await put(destination.path, source);
    throw new FlotillaError('run.copy', `destination "${container.name}:${asked}" must be a directory`, {
      hint: 'An archive on standard input is unpacked there.',
    });
  }
  const found = await lookAtSource(source, followLinks);
  const { folder, name } = placeOfCopy({ ...found, isContent: meansContent(source) }, destination);
  await put(folder, packPath({ path: found.path, name, onLeftOut }));
}

/** A link at its end leads on, as far as it goes. */
async function destinationIn(
  { driver, drain }: Pick<Session, 'driver' | 'drain'>,
  { id, name }: ObservedContainer,
  asked: string,
): Promise<CopyDestination> {
  const path = absolute(asked);
  const first = await driver.statPath(id, path, drain);
  const target = first?.kind === 'link' ? first.target : path;
  const found = target === path ? first : await driver.statPath(id, target, drain);
  switch (found?.kind) {
    case 'other':
      throw new FlotillaError(
        'run.copy',
        `destination "${name}:${asked}" must be a directory or a regular file`,
      );
    case 'folder':
    case 'file':
      return { path: target, found: found.kind };
    default:
      return { path: target };
  }
}

export interface CopyFromRequest extends CopyOptions {
  /** In the container. */
  readonly path: string;
  /** A path of this machine. */
  readonly destination: string;
  /** Give everything the owners that it has in the container, which only root may. */
  readonly keepOwners: boolean;
}

/** Copies a file or a folder out of a container. Whatever is in there, nothing is written outside of the destination. Rejects with `run.copy`. */
export function copyFrom(
  session: Session,
  container: ObservedContainer,
  request: CopyFromRequest,
): Promise<void> {
  return named(container, () => getFrom(session, container, request));
}

async function getFrom(
  session: Session,
  container: ObservedContainer,
  { path: asked, destination, followLinks, keepOwners, onLeftOut }: CopyFromRequest,
): Promise<void> {
  const { driver, drain } = session;
  const { path, stat } = await sourceIn(session, container, asked, followLinks);
  const isFolder = stat.kind === 'folder';
  const place = placeOfCopy(
    { isFolder, isContent: meansContent(asked), name: posix.basename(posix.join('/', asked)) },
    await lookAtDestination(destination),
  );
  const own = place.name === '.' ? [] : [place.name];
  // Of a folder its content is asked for: then it does not matter what the archive calls it.
  const archive = await driver.getArchive(container.id, isFolder ? `${posix.join(path, '/')}.` : path, drain);
  await unpack({
    archive,
    what: `the archive from container ${quote(container.name)}`,
    ground: localGround(place.folder, { keepOwners }),
    placeOf: (parts) => [...own, ...(isFolder ? parts : parts.slice(1))],
    onLeftOut,
  });
}

/** The tar archive of a path of a container. */
export function archiveOf(
  session: Session,
  container: ObservedContainer,
  { path: asked, followLinks }: Pick<CopyFromRequest, 'path' | 'followLinks'>,
): Promise<AsyncIterable<Uint8Array>> {
  return named(container, async () => {
    const { path } = await sourceIn(session, container, asked, followLinks);
    return session.driver.getArchive(container.id, path, session.drain);
  });
}

async function named<T>(container: ObservedContainer, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw byName(error, container);
  }
}

async function sourceIn(
  { driver, drain }: Pick<Session, 'driver' | 'drain'>,
  { id, name }: ObservedContainer,
  asked: string,
  followLinks: boolean,
): Promise<{ readonly path: string; readonly stat: PathStat }> {
  const first = absolute(asked);
  const found = await driver.statPath(id, first, drain);
  const path = followLinks && found?.kind === 'link' ? found.target : first;
  const stat = path === first ? found : await driver.statPath(id, path, drain);
  if (stat !== undefined) return { path, stat };
  throw new FlotillaError('run.copy', `Could not find the file ${path} in container ${name}`);
}

/** With what says that a folder, or what is in it, is meant. */
function absolute(path: string): string {
  const clean = posix.join('/', path);
  return /(^|\/)\.$/.test(path) ? `${posix.join(clean, '/')}.` : clean;
}
