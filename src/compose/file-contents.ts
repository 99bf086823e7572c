import { messageOf } from '../core/error.ts';
import type { Project } from './project.ts';
import { systemCode, systemReason } from './source/system-reason.ts';

/** What is in the files that configs and secrets of services are made from, by absolute path. */
export type FileContents = ReadonlyMap<string, FileContent>;

export type FileContent =
  | { readonly kind: 'known'; readonly bytes: Uint8Array }
  /** A folder can be mounted, and nothing else. */
  | { readonly kind: 'folder' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads any file, text or not. */
export interface ContentFiles {
  /** Rejects with the system's error. */
  readBytes(path: string): Promise<Uint8Array>;
  kind(path: string): Promise<'file' | 'directory' | 'missing'>;
}

/** Reads the files of the configs and secrets that the project's services use; what goes wrong is in the answer. */
export async function readFileContents(project: Project, files: ContentFiles): Promise<FileContents> {
  const paths = new Set(
    [...project.services.values()].flatMap((service) =>
      (['configs', 'secrets'] as const).flatMap((kind) =>
        (service[kind] ?? []).flatMap(({ source }) => project[kind].get(source)?.file ?? []),
      ),
    ),
  );
  const contents = new Map<string, FileContent>();
  for (const path of paths) contents.set(path, await readContent(path, files));
  return contents;
}

async function readContent(path: string, files: ContentFiles): Promise<FileContent> {
  const kind = await files.kind(path);
  if (kind === 'missing') return { kind };
  if (kind === 'directory') return { kind: 'folder' };
  try {
    return { kind: 'known', bytes: await files.readBytes(path) };
  } catch (error) {
    if (nowhere.has(systemCode(error) ?? '')) return { kind: 'missing' };
    return { kind: 'unreadable', reason: reasonOf(error) };
  }
}

/** There can be no file of this path, for no user. */
const nowhere: ReadonlySet<string> = new Set(['ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

function reasonOf(error: unknown): string {
  if (systemCode(error) === 'EFBIG') return 'it is larger than 24 MiB';
  return systemReason(error) ?? messageOf(error);
}
