import { cleanPath } from '../../clean-path.ts';
import type { Engine } from '../engine.ts';
import type { Root, WithUsers } from '../parts.ts';
import { anonymousName } from '../volumes/index.ts';
import { type ContainerRecord, isMade, listRecords, readHeld, whileNoneComes } from './record.ts';

/** Names of the volumes that a container has; of one that is being made those that it may have. */
export function volumesOf(root: Root, record: ContainerRecord): readonly string[] {
  if (isMade(root, record.id)) {
    return readHeld(root, record.id).flatMap(({ observed: { kind, name } }) =>
      kind === 'volume' && name !== undefined ? [name] : [],
    );
  }
  const named = record.spec.mounts.flatMap((mount) =>
    mount.kind === 'volume' && mount.name !== undefined ? [mount.name] : [],
  );
  return [...named, ...record.inherited, ...nameless(record)];
}

/** Of a container that is being made: the volumes without a name that it may have by now. */
export function nameless({ id, spec, image }: ContainerRecord): readonly string[] {
  const targets = spec.mounts.flatMap((mount) =>
    mount.kind === 'volume' && mount.name === undefined ? [mount.target] : [],
  );
  return [...new Set([...targets, ...image.config.volumes].map(cleanPath))].map((target) =>
    anonymousName(id, target),
  );
}

export function usersOfVolume(root: Root, volume: string): readonly ContainerRecord[] {
  return listRecords(root).filter((record) => volumesOf(root, record).includes(volume));
}

/** `refuse` may throw what says more than that somebody has it. */
export function withVolumeUsers(
  engine: Pick<Engine, 'root' | 'locks'>,
  refuse: (volume: string, users: readonly ContainerRecord[]) => void = () => undefined,
): WithUsers {
  return (work) =>
    whileNoneComes(engine, () =>
      work((volume) => {
        const users = usersOfVolume(engine.root, volume);
        if (users.length > 0) refuse(volume, users);
        return users.length > 0;
      }),
    );
}

export function withImageUsers(engine: Pick<Engine, 'root' | 'locks'>): WithUsers {
  return (work) =>
    whileNoneComes(engine, () => {
      const used = new Set(listRecords(engine.root).map(({ image }) => image.id));
      return work((id) => used.has(id));
    });
}
