import { build } from 'esbuild';

/** Writes supervisor.cjs into the folder: what looks after a project of the native engine, small and by itself. */
export async function bundleSupervisor(root, folder) {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/supervisor.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    outfile: `${folder}/supervisor.cjs`,
    // It pulls no images, which is what execa is for.
    external: ['koffi', 'execa'],
    // One runs for each project: what is not read takes neither time nor memory.
    minify: true,
    // Only the library has a place of its own to find the supervisor by; here it is told.
    define: { 'import.meta.url': '"file:///"' },
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
  });
}
