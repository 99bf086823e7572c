import { existsSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContainerId, containerId } from '../../../core/ids.ts';
import { labels } from '../../../core/labels.ts';
import { quote } from '../../../core/text.ts';
import type { Leftover } from '../../housekeeping.ts';
import { attemptContainer } from '../containers/lock.ts';
import { lastingPlaces, runtimeState, volatilePlaces } from '../containers/places.ts';
import { isMade, listRecords, readRecord, whileNoneComes } from '../containers/record.ts';
import { discard, dismantle } from '../containers/remove.ts';
import type { Engine } from '../engine.ts';
import { isMounted } from '../system/is-mounted.ts';
import { namesIn } from '../system/names-in.ts';
import type { Finder } from './finder.ts';

/** What is left of containers that were never made to their end, or not removed to theirs. */
export const containerLeftovers: Finder = async (engine, mend) => [
  ...(await halfMade(engine, mend)),
  ...(await nameless(engine, mend)),
  ...(await remains(engine, mend)),
  ...(await staleNames(engine, mend)),
];

/** Who makes a container holds its lock. */
async function halfMade(engine: Engine, mend: boolean): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  for (const record of listRecords(engine.root).filter(({ id }) => !isMade(engine.root, id))) {
    await attemptContainer(engine, record.id, async () => {
      if (isMade(engine.root, record.id)) return;
      const project = record.spec.labels[labels.project];
      const whose = project === undefined ? '' : ` of project ${quote(project)}`;
      found.push({
        kind: 'container',
        text: `container ${record.name}${whose}, which was never made to its end`,
      });
      if (mend) await discard(engine, record, true);
    });
  }
  return found;
}

/** Between the first file of a container and its name lie some milliseconds; who was killed there never comes back. */
const namelessMs = 60_000;

async function nameless(engine: Engine, mend: boolean): Promise<readonly Leftover[]> {
  const { root } = engine;
  const known = (): ReadonlySet<string> => new Set(listRecords(root).map(({ id }) => id));
  const ids = namesIn(join(root.lasting, 'containers'));
  const named = known();
  const found: Leftover[] = [];
  for (const id of ids.filter((each) => !named.has(each as ContainerId))) {
    if (engine.now() - changedAt(lastingPlaces(root, id).folder) < namelessMs) continue;
    const isGone = async (): Promise<void> => {
      if (known().has(id)) return;
      found.push({ kind: 'record', text: `record of container ${id.slice(0, 12)}, which has no name` });
      if (!mend) return;
      const record = readRecord(root, id);
      if (record === undefined) await dismantle(engine, { id: containerId(id), spec: {} });
      else await discard(engine, record, false);
    };
    // A lock file would make it look like one that was changed just now.
    if (mend || existsSync(lastingPlaces(root, id).lock)) await attemptContainer(engine, id, isGone);
    else await isGone();
  }
  return found;
}

/** A container's lasting folder is made first and goes last: what is here without it is of nobody. */
async function remains(engine: Engine, mend: boolean): Promise<readonly Leftover[]> {
  const { root } = engine;
  const isGone = (id: string): boolean => !existsSync(lastingPlaces(root, id).folder);
  const folders = namesIn(join(root.volatile, 'containers')).filter(isGone);
  const states = namesIn(runtimeState(root)).filter((id) => isGone(id) && !folders.includes(id));
  const found: Leftover[] = [];
  for (const id of folders) {
    const what = isMounted(volatilePlaces(root, id).rootfs) ? 'mounts and files' : 'files';
    found.push({
      kind: what === 'files' ? 'record' : 'mount',
      text: `${what} of container ${id.slice(0, 12)}, which is gone`,
    });
    if (mend) await dismantle(engine, { id: containerId(id), spec: {} });
  }
  for (const id of states) {
    found.push({
      kind: 'record',
      text: `what the runtime knows of container ${id.slice(0, 12)}, which is gone`,
    });
    if (mend) await rm(join(runtimeState(root), id), { recursive: true, force: true });
  }
  return found;
}

/** Names change hands only while nobody else makes one known. */
async function staleNames(engine: Engine, mend: boolean): Promise<readonly Leftover[]> {
  const { root } = engine;
  const folder = join(root.lasting, 'names');
  return whileNoneComes(engine, () =>
    namesIn(folder)
      .filter((name) => readRecord(root, ownerOf(join(folder, name)))?.name !== name)
      .map((name): Leftover => {
        if (mend) rmSync(join(folder, name), { force: true });
        return { kind: 'name', text: `name ${quote(name)} of a container that is gone` };
      }),
  );
}

function ownerOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

/** Unix time in milliseconds; now for what is gone. */
function changedAt(folder: string): number {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}
