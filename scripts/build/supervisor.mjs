import { createHash } from 'node:crypto';
import { build } from 'esbuild';

/**
 * The script of what looks after a project of the native engine, small and by itself: a table of one chunk, as the
 * launcher loads it.
 */
export async function bundleSupervisor(root, target) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/supervisor.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target,
    // It pulls no images, which is what execa is for.
    external: ['koffi', 'execa'],
    // A script has no import(); `require` of the launcher loads it instead.
    supported: { 'dynamic-import': false },
    // One runs for each project: what is not read takes neither time nor memory.
    minify: true,
    // Only the library has a place of its own to find the supervisor by; here it is told.
    define: { 'import.meta.url': '"file:///"' },
    charset: 'ascii',
    legalComments: 'none',
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  const text = `({ supervisor: function (exports, require, module) {\n${outputFiles[0].text}} })\n`;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return { name: `supervisor-${hash}.cjs`, text, inputs: Object.keys(metafile.inputs) };
}
