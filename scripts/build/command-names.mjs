import { build } from 'esbuild';

/** The names of all commands, read from their descriptions. */
export async function commandNames(root) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: "export { commands } from './src/cli/commands/index.ts'",
      resolveDir: root,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['../actions/*'],
    write: false,
    logLevel: 'warning',
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`;
  const { commands } = await import(url);
  return commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
}
