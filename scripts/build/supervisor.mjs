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
    external: ['koffi'],
    // Only the library has a place of its own to find the supervisor by; here it is told.
    define: { 'import.meta.url': '"file:///"' },
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
  });
}
