import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';

/** Writes index.js into the folder, the library: our code in one ES module, its dependencies as imports. */
export async function bundleLibrary(root, folder) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/index.ts'],
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outdir: 'dist',
    chunkNames: 'lib/[name]-[hash]',
    sourcemap: 'linked',
    // Written by us: paths in source maps start from where the files will be in the end.
    write: false,
    logLevel: 'warning',
  });
  for (const { path, contents } of outputFiles) {
    const target = join(folder, relative(join(root, 'dist'), path));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, contents);
  }
}
