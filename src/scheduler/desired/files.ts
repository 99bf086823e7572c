import type { FileContents, Project, Service } from '../../compose/index.ts';
import type { FileSpec } from '../../runtime/index.ts';
import type { MountSpec } from '../../volumes/index.ts';
import { carriedFiles } from './carried-files.ts';
import { type Delivery, deliveries } from './deliveries.ts';

/** Configs and secrets that a service's containers mount: files of the engine's host, and those of a volume of ours. */
export function fileMounts(
  project: Project,
  service: Service,
  { contents, filesVolume }: { readonly contents?: FileContents; readonly filesVolume?: string },
): readonly MountSpec[] {
  return [
    ...deliveries(project, service, contents)
      .filter(({ way }) => way === 'bind')
      .map(
        ({ object, target }): MountSpec => ({
          kind: 'bind',
          source: object.file ?? '',
          target,
          readOnly: true,
          // A missing file must be an error; a directory in its place would hide the mistake.
          createHostPath: false,
        }),
      ),
    ...(filesVolume === undefined ? [] : carriedFiles(project, service, contents)).map(
      ({ path, target }): MountSpec => ({
        kind: 'volume',
        name: filesVolume ?? '',
        target,
        readOnly: true,
        noCopy: true,
        subpath: path,
        file: true,
        labels: {},
      }),
    ),
  ];
}

/** Configs and secrets that are put into a container before each start. */
export function injectedFiles(
  project: Project,
  service: Service,
  contents?: FileContents,
): readonly FileSpec[] {
  return deliveries(project, service, contents)
    .filter(({ way }) => way === 'copy')
    .flatMap((delivery) => fileSpec(delivery, delivery.target));
}

function fileSpec({ content, mode, uid, gid }: Delivery, path: string): readonly FileSpec[] {
  return content === undefined ? [] : [{ path, content, mode, uid, gid }];
}
