import { type LoadOptions, loadProject, type Project, type SourceFiles } from '../../../src/compose/index.ts';
import { formatPosition } from '../../../src/core/diagnostic.ts';
import type { ProjectCase } from '../compose-cases/project-case.ts';
import { home, quick } from './reference.ts';

export type FlotillaResult =
  | { readonly kind: 'accepted'; readonly project: Project }
  | { readonly kind: 'refused'; readonly errors: string }
  /** A bug, whatever the files say. */
  | { readonly kind: 'broken'; readonly reason: string };

/** More work than any project of a few pages may be, whatever else the machine does. */
const mostCpuMs = 2_000;

/** Loads a case with our loader. Never rejects: what must not happen is a result. */
export async function loadCase(
  given: ProjectCase,
  folder: string,
  files: SourceFiles,
): Promise<FlotillaResult> {
  const start = process.cpuUsage();
  try {
    const { project, diagnostics } = await loadProject(loadOptions(given, folder, files));
    const { user, system } = process.cpuUsage(start);
    if ((user + system) / 1000 > mostCpuMs) return { kind: 'broken', reason: 'takes more than 2 s of work' };
    for (const key in {}) return { kind: 'broken', reason: `every object has got a property ${key}` };
    if (project !== undefined) return { kind: 'accepted', project };
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (errors.length === 0) return { kind: 'broken', reason: 'refused without a reason' };
    return {
      kind: 'refused',
      errors: errors.map(({ at, message }) => `${formatPosition(at)} ${message}`).join('\n'),
    };
  } catch (error) {
    return {
      kind: 'broken',
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

function loadOptions(given: ProjectCase, folder: string, files: SourceFiles): LoadOptions {
  return {
    cwd: folder,
    environment: {
      ...quick,
      HOME: home,
      PATH: process.env['PATH'],
      ...Object.fromEntries(given.environment),
    },
    home,
    files,
    configFiles: given.composeFiles,
    envFiles: given.envFiles,
    profiles: given.profiles,
    ...(given.projectName === undefined ? {} : { projectName: given.projectName }),
    ...(given.projectDirectory === undefined ? {} : { projectDirectory: given.projectDirectory }),
    services: given.services,
  };
}
