import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFiles, type Project, serviceHash } from '../../../src/compose/index.ts';
import { fileText, type ProjectCase } from '../compose-cases/project-case.ts';
import { loadCase } from './flotilla.ts';
import { runReference } from './reference.ts';

/** Both tools' hashes of the services of a project that both accept, one in a line. */
export interface Hashes {
  readonly theirs: string;
  readonly ours: string;
}

/**
 * `config --hash` of docker compose 2 takes the services before their env and label files are read, which are other
 * hashes than its containers get (docs/differences.md). It is asked about what its own `config` made of such a project,
 * in which the files are read, and both leave out `label_file`.
 */
export async function hashesOf(
  given: ProjectCase,
  options: {
    readonly program: string;
    readonly folder: string;
    readonly resolved: string;
    readonly project: Project;
  },
): Promise<Hashes | undefined> {
  const { program, folder } = options;
  if (readsFiles(given)) {
    writeFileSync(
      join(folder, resolvedFile),
      options.resolved.replaceAll(/^ {4}label_file:\n(?: {6}- .*\n)+/gm, ''),
    );
    const resolved: ProjectCase = {
      ...given,
      composeFiles: [resolvedFile],
      envFiles: [],
      profiles: ['*'],
      projectDirectory: '.',
      services: [],
    };
    const theirs = await runReference(program, resolved, folder, ['--hash', '*']);
    return theirs.accepted ? { theirs: theirs.output, ours: lines(options.project) } : undefined;
  }
  // It answers for all services, whatever is named.
  const whole: ProjectCase = { ...given, services: [] };
  const ours = given.services.length === 0 ? options.project : await loaded(whole, folder);
  const theirs = await runReference(program, whole, folder, ['--hash', '*']);
  return theirs.accepted && ours !== undefined ? { theirs: theirs.output, ours: lines(ours) } : undefined;
}

const resolvedFile = 'resolved-by-docker-compose.yaml';

function readsFiles({ files }: ProjectCase): boolean {
  return [...files.values()].some((file) => /\b(?:env|label)_file\b/.test(fileText(file)));
}

async function loaded(given: ProjectCase, folder: string): Promise<Project | undefined> {
  const result = await loadCase(given, folder, nodeFiles());
  return result.kind === 'accepted' ? result.project : undefined;
}

function lines({ services }: Project): string {
  return [...services.values()]
    .map(
      ({ label_file: _read, ...service }) => `${service.name} ${serviceHash(service, { dialect: 'v2' })}\n`,
    )
    .join('');
}
