import { posix } from 'node:path';
import type { FileContents, LoadResult, ModelPath, Project, Service } from '../../compose/index.ts';
import type { ErrorCode } from '../../core/codes.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { quote } from '../../core/text.ts';
import { type Delivery, deliveries } from './deliveries.ts';
import { type Finding, pathText, toDiagnostic } from './finding.ts';

/**
 * Files of configs and secrets that a run would stumble over. `sharesFiles`: whether the engine sees the same files as
 * we do; one on another machine has its own, so that what is missing here may be there.
 */
export function contentFaults(
  project: Project,
  contents: FileContents,
  { locate, sharesFiles }: { readonly locate: LoadResult['locate']; readonly sharesFiles: boolean },
): readonly Diagnostic[] {
  const told = new Set<string>();
  return [...project.services.values()].flatMap((service) =>
    deliveries(project, service, contents).flatMap((delivery) => {
      const { kind, name, index } = delivery;
      const owners = [...ownerFaults(service, delivery), ...targetFaults(service, delivery)].map((finding) =>
        toDiagnostic(finding, locate),
      );
      const wrong = fault(delivery, sharesFiles);
      if (wrong === undefined) return owners;
      const path: ModelPath =
        wrong.at === 'file' ? [kind, name, 'file'] : ['services', service.name, kind, index];
      const { code, message, hint } = wrong;
      if (told.has(`${path.join('.')}: ${message}`)) return owners;
      told.add(`${path.join('.')}: ${message}`);
      return [...owners, toDiagnostic({ code, path, message, hint }, locate)];
    }),
  );
}

/** The names of users are in the image, where only a process of it could look. */
function ownerFaults(service: Service, { kind, index }: Delivery): readonly Finding[] {
  const reference = service[kind]?.[index];
  return (['uid', 'gid'] as const).flatMap((key) => {
    const value = reference?.[key];
    if (value === undefined || /^\d{1,10}$/.test(value)) return [];
    const path = ['services', service.name, kind, index, key];
    return [
      {
        code: 'compose.invalid-value' as const,
        path,
        message: `${pathText(path)}: ${quote(value)} is no number`,
        hint: `Write the number that the ${key === 'uid' ? 'user' : 'group'} has in the container.`,
      },
    ];
  });
}

function targetFaults(service: Service, delivery: Delivery): readonly Finding[] {
  return [...hiddenFaults(service, delivery), ...takenFaults(service, delivery)];
}

/** A mount of the service's own shows something else at the file's place. */
function takenFaults(service: Service, { kind, index, target }: Delivery): readonly Finding[] {
  const { name, volumes = [], tmpfs = [] } = service;
  const mounts = [
    ...volumes.map((volume, at) => ({ place: volume.target, key: `volumes[${at}]` })),
    ...tmpfs.map((mount, at) => ({ place: mount.split(':', 1)[0] ?? mount, key: `tmpfs[${at}]` })),
  ];
  const taken = mounts.find(({ place }) => clean(place) === clean(target));
  if (taken === undefined) return [];
  const path = ['services', name, kind, index];
  return [
    {
      code: 'compose.conflict',
      path,
      message: `${pathText(path)}: target ${target} already mounted as services.${name}.${taken.key}`,
      hint: 'Give each a place of its own, or remove one.',
    },
  ];
}

function clean(path: string): string {
  return posix.join('/', path).replace(/(.)\/$/, '$1');
}

/** What is put below these is hidden by what the engine mounts there when the container starts. */
function hiddenFaults(service: Service, { kind, index, target, way }: Delivery): readonly Finding[] {
  if (way !== 'copy' || !/^\/(?:(?:proc|sys|dev)(?:\/.*)?)?$/.test(target)) return [];
  const path = ['services', service.name, kind, index, 'target'];
  return [
    {
      code: 'compose.invalid-value',
      path,
      message: `${pathText(path)}: no file can be put at ${quote(target)}`,
      hint: 'Name a file in a folder of the image, /run/secrets/token for example.',
    },
  ];
}

interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly at: 'file' | 'reference';
}

function fault({ kind, name, object, file, way }: Delivery, sharesFiles: boolean): Fault | undefined {
  const what = `${kind.slice(0, -1)} ${quote(name)}`;
  const path = quote(object.file ?? '');
  const unreadable = { code: 'compose.unreadable-file', at: 'file' } as const;
  switch (file?.kind) {
    case 'missing':
      return way === 'bind' && !sharesFiles
        ? undefined
        : {
            ...unreadable,
            message: `file ${path} of ${what} does not exist`,
            hint: 'Make the file, or correct its path, which is relative to the project directory.',
          };
    case 'unreadable':
      return way === 'bind'
        ? undefined
        : {
            ...unreadable,
            message: `file ${path} of ${what} cannot be read (${file.reason})`,
            hint: 'Flotilla has to read what it copies. Without uid, gid and mode the file is mounted as it is.',
          };
    case 'folder':
      return way === 'bind'
        ? undefined
        : {
            code: 'compose.unsupported',
            at: 'reference',
            message: `${what} is the folder ${path}, which can be mounted but not be given an owner or a mode`,
            hint: 'Name a file, or take uid, gid and mode out.',
          };
    default:
      return undefined;
  }
}
