import type { FileObject, FileReference, Project, Service } from '../../compose/index.ts';
import type { FileSpec } from '../../runtime/index.ts';
import type { MountSpec } from '../../volumes/index.ts';

/** Configs and secrets that are files on this machine: mounted read-only where the service wants them. */
export function fileMounts(project: Project, service: Service): readonly MountSpec[] {
  return references(project, service)
    .filter(({ object }) => object.file !== undefined)
    .map(({ object, target }) => ({
      kind: 'bind',
      source: object.file ?? '',
      target,
      readOnly: true,
      // A missing file must be an error; a directory in its place would hide the mistake.
      createHostPath: false,
    }));
}

/** Configs and secrets whose content is in the file or in a variable: put into the container before each start. */
export function injectedFiles(project: Project, service: Service): readonly FileSpec[] {
  return references(project, service).flatMap(({ object, target, reference }) => {
    const content = contentOf(project, object);
    return content === undefined
      ? []
      : [
          {
            path: target,
            content,
            mode: reference.mode ?? 0o444,
            uid: Number(reference.uid ?? 0),
            gid: Number(reference.gid ?? 0),
          },
        ];
  });
}

interface ResolvedReference {
  readonly reference: FileReference;
  readonly object: FileObject;
  /** Absolute path in the container. */
  readonly target: string;
}

function references(project: Project, service: Service): readonly ResolvedReference[] {
  const resolve = (
    list: readonly FileReference[] | undefined,
    objects: ReadonlyMap<string, FileObject>,
    folder: string,
  ): readonly ResolvedReference[] =>
    (list ?? []).flatMap((reference) => {
      const object = objects.get(reference.source);
      if (object === undefined) return [];
      const target = reference.target ?? reference.source;
      return [{ reference, object, target: target.startsWith('/') ? target : `${folder}${target}` }];
    });
  return [
    ...resolve(service.configs, project.configs, '/'),
    ...resolve(service.secrets, project.secrets, '/run/secrets/'),
  ];
}

function contentOf(project: Project, object: FileObject): string | undefined {
  if (object.file !== undefined) return undefined;
  if (object.content !== undefined) return object.content;
  return object.environment === undefined ? undefined : project.environment.get(object.environment);
}
