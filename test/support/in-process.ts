import { connect, createSession, loadProject, type Session } from '../../src/index.ts';
import type { LoadedProject } from '../../src/scheduler/index.ts';
import { memoryFiles } from '../unit/compose/support.ts';

/** A session of the library with an engine, for tests that run too many commands to start a program for each. */
export async function openSession(host: string): Promise<Session & AsyncDisposable> {
  const files = {
    readText: () => Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' })),
  };
  const driver = await connect({ host, environment: {}, home: '/nonexistent', files, now: Date.now });
  return { ...createSession({ driver }), [Symbol.asyncDispose]: () => driver.close() };
}

/** The project of a Compose file that exists only as text. */
export async function projectFromText(
  name: string,
  text: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<LoadedProject> {
  const path = '/srv/compose.yaml';
  const { project, diagnostics, locate } = await loadProject({
    cwd: '/srv',
    environment,
    home: '/nonexistent',
    files: memoryFiles(new Map([[path, text]])),
    projectName: name,
  });
  if (project === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return { project, locate };
}
