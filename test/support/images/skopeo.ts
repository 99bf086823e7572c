import { ensureCommands } from '../../../scripts/lib/packages.mjs';
import { runCommand } from '../command.ts';

/** Runs Debian's skopeo, which reads and writes images of every kind without an engine. */
export async function skopeo(...args: readonly string[]): Promise<string> {
  await ensureCommands({ skopeo: 'skopeo' }, (line) => process.stderr.write(`  ${line}\n`));
  const { exitCode, stdout, stderr } = await runCommand(['skopeo', '--insecure-policy', ...args]);
  if (exitCode !== 0) throw new Error(`skopeo ${args.join(' ')}: ${stderr}`);
  return stdout;
}
