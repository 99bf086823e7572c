import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commands } from '../../../src/cli/commands/index.ts';
import { main, report } from '../../../src/cli/main.ts';
import { loadProject, nodeFiles } from '../../../src/compose/index.ts';
import { DiagnosticsError } from '../../../src/core/error.ts';
import { createFakeEngine } from '../../../src/runtime/fake/index.ts';
import { createSession, up } from '../../../src/scheduler/index.ts';
import { fakeIo } from '../../support/fake-io.ts';
import { bytesOf, type Transcript } from './transcript.ts';

/** Carries out a transcript's command over its files and returns what standard error has then. */
export async function shownOnTerminal(transcript: Transcript): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'flotilla-diagnostics-')));
  const project = join(folder, 'shop');
  try {
    await mkdir(project);
    for (const file of transcript.files) {
      await mkdir(dirname(join(project, file.name)), { recursive: true });
      if (!file.name.endsWith('/')) await writeFile(join(project, file.name), bytesOf(file));
      else await mkdir(join(project, file.name), { recursive: true });
    }
    const shown = await run(transcript.command, project);
    return shown.replaceAll(folder, '/home/you');
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function run(commandLine: string, cwd: string): Promise<string> {
  const words = commandLine.split(' ');
  const program = words.indexOf('flotilla');
  const environment = Object.fromEntries(words.slice(0, program).map((word) => word.split('=', 2)));
  const argv = words.slice(program + 1);
  const terminal = fakeIo(argv, { cwd, environment });
  if (argv[0] === 'up') {
    await tryUp(cwd, environment).catch((thrown: unknown) => report(thrown, terminal.io));
  } else {
    await main(terminal.io, commands);
  }
  return terminal.stderr();
}

/** `up` on an engine in memory: what forbids a run is found before the engine is asked anything. */
async function tryUp(cwd: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const loaded = await loadProject({ cwd, environment, home: '/home/you', files: nodeFiles() });
  if (loaded.project === undefined) throw new DiagnosticsError(loaded.diagnostics);
  const session = createSession({ driver: createFakeEngine().driver });
  await up(session, { project: loaded.project, locate: loaded.locate });
}
