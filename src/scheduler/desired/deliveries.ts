import {
  type FileContent,
  type FileContents,
  type FileObject,
  onContentChange,
  type Project,
  type Service,
} from '../../compose/index.ts';

/** A config or secret on its way into a service's containers. */
export interface Delivery {
  readonly kind: 'configs' | 'secrets';
  /** Its key in the file. */
  readonly name: string;
  /** Where the service asks for it, in its list. */
  readonly index: number;
  readonly object: FileObject;
  /** Absolute path in the container. */
  readonly target: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Absent when it cannot be known here. */
  readonly content?: string | Uint8Array;
  /** Of a `file`. */
  readonly file?: FileContent;
  readonly way: DeliveryWay;
}

/**
 * - `bind`: the file on the engine's host is mounted: docker compose's way, and the container sees what happens to it.
 * - `copy`: put into the container before each start.
 * - `carry`: put into a volume whose files are mounted, where nothing can be put into the container.
 */
export type DeliveryWay = 'bind' | 'copy' | 'carry';

/** All configs, then all secrets of a service. */
export function deliveries(
  project: Project,
  service: Service,
  contents: FileContents = new Map(),
): readonly Delivery[] {
  const of = (kind: Delivery['kind'], folder: string): readonly Delivery[] =>
    (service[kind] ?? []).flatMap((reference, index) => {
      const object = project[kind].get(reference.source);
      if (object === undefined) return [];
      const written = reference.target || reference.source;
      const target = written.startsWith('/') ? written : `${folder}${written}`;
      const file = object.file === undefined ? undefined : contents.get(object.file);
      const content = contentOf(project, object, file);
      const owned = [reference.mode, reference.uid, reference.gid].some((value) => value !== undefined);
      return [
        {
          kind,
          name: reference.source,
          index,
          object,
          target,
          mode: reference.mode ?? 0o444,
          uid: Number(reference.uid ?? 0),
          gid: Number(reference.gid ?? 0),
          ...(content === undefined ? {} : { content }),
          ...(file === undefined ? {} : { file }),
          way: wayOf(project, service, object, { target, owned, file }),
        },
      ];
    });
  return [...of('configs', '/'), ...of('secrets', '/run/secrets/')];
}

function wayOf(
  project: Project,
  service: Service,
  object: FileObject,
  {
    target,
    owned,
    file,
  }: { readonly target: string; readonly owned: boolean; readonly file: FileContent | undefined },
): DeliveryWay {
  const closed = service.read_only === true || isBelowTmpfs(service, target);
  if (object.file !== undefined && !owned) {
    // Editors replace a file by another one, and a mount goes on to show the old one: no signal would help.
    const replaceable =
      onContentChange(service, project).kind === 'signal' && !closed && file?.kind === 'known';
    if (!replaceable) return 'bind';
  }
  return closed ? 'carry' : 'copy';
}

/** What is put there is hidden as soon as the container starts. */
function isBelowTmpfs({ tmpfs = [], volumes = [] }: Service, target: string): boolean {
  const folders = [
    ...tmpfs.map((entry) => entry.split(':')[0] ?? ''),
    ...volumes.flatMap((volume) => (volume.type === 'tmpfs' ? [volume.target] : [])),
  ];
  return folders.some((folder) => target.startsWith(`${folder.replace(/\/+$/, '')}/`));
}

function contentOf(
  project: Project,
  object: FileObject,
  file: FileContent | undefined,
): string | Uint8Array | undefined {
  if (object.file !== undefined) return file?.kind === 'known' ? file.bytes : undefined;
  if (object.content !== undefined) return object.content;
  return object.environment === undefined ? undefined : project.environment.get(object.environment);
}
