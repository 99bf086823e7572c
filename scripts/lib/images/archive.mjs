// @ts-check
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from '../run.mjs';

/**
 * Writes an image of one layer in the form that `docker save` writes and `docker load` reads. The same files give the
 * same image id.
 * @param {object} image
 * @param {string} image.reference
 * @param {string} image.root folder with the image's files
 * @param {Readonly<Record<string, unknown>>} image.config
 * @param {Readonly<Record<string, number>>} image.owners
 * @param {string} scratch an empty folder
 * @param {string} target path of the archive
 */
export async function writeArchive({ reference, root, config, owners }, scratch, target) {
  const layer = join(scratch, 'layer.tar');
  await tarLayer(root, owners, layer);
  const layerDigest = await digestOf(layer);
  const image = JSON.stringify({
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config,
    rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
    history: [
      { created: '1970-01-01T00:00:00Z', created_by: "made by Flotilla from this machine's programs" },
    ],
  });
  const imageDigest = createHash('sha256').update(image).digest('hex');
  const folder = join(scratch, 'archive');
  mkdirSync(join(folder, layerDigest), { recursive: true });
  renameSync(layer, join(folder, layerDigest, 'layer.tar'));
  writeFileSync(join(folder, `${imageDigest}.json`), image);
  const manifest = [
    { Config: `${imageDigest}.json`, RepoTags: [reference], Layers: [`${layerDigest}/layer.tar`] },
  ];
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await run('tar', ['-c', '-f', `${target}.new`, '-C', folder, '.']);
  renameSync(`${target}.new`, target);
}

/** Node's names of processors -> those of images. @type {Readonly<Record<string, string>>} */
const architectures = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: '386',
  ppc64: 'ppc64le',
  s390x: 's390x',
};

/**
 * @param {string} root
 * @param {Readonly<Record<string, number>>} owners
 * @param {string} target
 */
async function tarLayer(root, owners, target) {
  const common = ['--numeric-owner', '--sort=name', '--mtime=@0', '--format=gnu', '-C', root];
  const rest = Object.keys(owners).flatMap((path) => ['--exclude', `./${path}`]);
  await run('tar', ['-c', '-f', target, '--anchored', ...rest, '--owner=0', '--group=0', ...common, '.']);
  for (const [path, id] of Object.entries(owners)) {
    await run('tar', ['-r', '-f', target, `--owner=${id}`, `--group=${id}`, ...common, `./${path}`]);
  }
}

/** @param {string} file */
async function digestOf(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
