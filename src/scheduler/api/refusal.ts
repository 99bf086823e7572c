import type { FileContents } from '../../compose/index.ts';
import { contentFaults, impossibleSettings, unsupportedSettings } from '../desired/index.ts';
import { type LoadedProject, readContents, refuseErrors, type Session } from './session.ts';

/**
 * What is in the files of the project's configs and secrets. Rejects with a DiagnosticsError that holds all that cannot be
 * brought up, before anything is touched.
 */
export async function refuseImpossible(
  session: Session,
  { project, locate }: LoadedProject,
): Promise<FileContents> {
  const contents = await readContents(session, project);
  refuseErrors([
    ...unsupportedSettings(project, locate),
    ...impossibleSettings(project, locate),
    ...contentFaults(project, contents, { locate, sharesFiles: sharesFiles(session) }),
  ]);
  return contents;
}

/** Whether the engine sees the same files as we do. */
export function sharesFiles({ driver }: Session): boolean {
  return /^(?:unix|native):/.test(driver.endpoint);
}
