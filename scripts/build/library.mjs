import { build } from 'esbuild';

/** Writes dist/index.js, the library: our code in one ES module, its dependencies as imports. */
export async function bundleLibrary(root) {
  await build({
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
    logLevel: 'warning',
  });
}
