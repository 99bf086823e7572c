import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import type { Root } from '../../parts.ts';

/**
 * The folder of images. Contents are named by their digest and never change; the index alone says which are in use.
 *
 * ```
 * index.json           images, their tags and layers; see index-file.ts
 * lock                 held while the index is read and written
 * blobs/sha256/HEX     configurations
 * layers/HEX/root      files of a layer, by its diff id, as overlayfs takes them
 * layers/HEX/recipe    what its archive has besides; see unpack/recipe.ts
 * layers/HEX/displaced contents of files that the layer itself replaced
 * l/NAME               short links to the roots, for the options of a mount have to fit into a page
 * empty                an empty folder
 * leases/NAME          held by a process that adds an image: its layers are not to be swept
 * tmp/NAME             what that process unpacks and downloads
 * trash                what is being deleted
 * partial/HEX          downloads to go on with
 * ```
 */
export interface Places {
  readonly folder: string;
  readonly index: string;
  readonly lock: string;
  readonly leases: string;
  readonly scratch: string;
  readonly trash: string;
  readonly partial: string;
  readonly empty: string;
  blob(digest: string): string;
  layer(diffId: string): string;
  /** Of a layer's root, by the name that the index has for it. */
  link(name: string): string;
}

export function placesOf({ lasting }: Root): Places {
  const folder = `${lasting}/images`;
  return {
    folder,
    index: `${folder}/index.json`,
    lock: `${folder}/lock`,
    leases: `${folder}/leases`,
    scratch: `${folder}/tmp`,
    trash: `${folder}/trash`,
    partial: `${folder}/partial`,
    empty: `${folder}/empty`,
    blob: (digest) => `${folder}/blobs/sha256/${hexOf(digest)}`,
    layer: (diffId) => `${folder}/layers/${hexOf(diffId)}`,
    link: (name) => `${folder}/l/${name}`,
  };
}

/**
 * Makes the folders, for who is about to change something: who only looks leaves no trace. Nobody but the owner gets
 * into them, since they hold programs that run as anybody.
 */
export function preparePlaces({ folder, empty }: Places): void {
  // The one that is made last tells of the others.
  if (existsSync(empty)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const part of ['blobs/sha256', 'layers', 'l', 'leases', 'tmp', 'trash', 'partial', 'empty'])
    mkdirSync(`${folder}/${part}`, { recursive: true, mode: 0o700 });
}

export function randomName(): string {
  return randomBytes(5).toString('hex');
}

function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new Error(`bug in Flotilla: ${JSON.stringify(digest)} is to be a file's name`);
  return hex;
}
