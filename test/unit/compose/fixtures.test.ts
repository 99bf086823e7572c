import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LoadOptions, loadProject, renderProject, serviceHash } from '../../../src/compose/index.ts';
import { memoryFiles, printed } from './support.ts';

/** What docker compose made of every fixture; fixtures/compose/README.md says how it was recorded. */
const root = join(import.meta.dirname, '../../../fixtures/compose');
const place = '/tmp/flotilla-fixtures';

interface Case {
  readonly args?: readonly string[];
  readonly services?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly hash?: string;
  readonly differs?: string;
}

for (const group of directories(root)) {
  describe(group, () => {
    for (const name of directories(join(root, group))) {
      const from = join(root, group, name);
      const given: Case = JSON.parse(recorded(from, 'case.json') ?? '{}');
      const error = recorded(from, 'error.recorded.txt');

      it(`${name} ${error === undefined || given.differs !== undefined ? 'loads' : 'is refused'}`, async () => {
        const { project, diagnostics } = await loadProject(optionsOf(given, from, join(place, group, name)));
        const said = printed(diagnostics);
        if (said === '') expect(recorded(from, 'diagnostics.txt')).toBeUndefined();
        else await expect(said).toMatchFileSnapshot(join(from, 'diagnostics.txt'));
        if (given.differs !== undefined) {
          expect(project).toBeDefined();
          if (project !== undefined) {
            await expect(renderProject(project, { format: 'yaml' })).toMatchFileSnapshot(
              join(from, 'flotilla.yaml'),
            );
          }
          return;
        }
        if (error !== undefined) {
          expect(project).toBeUndefined();
          return;
        }
        expect(project, printed(diagnostics)).toBeDefined();
        if (project === undefined) return;
        expect(renderProject(project, { format: 'yaml', dialect: 'v2' }).trimEnd()).toBe(
          recorded(from, 'config.recorded.yaml')?.trimEnd(),
        );
        const json = recorded(from, 'config.recorded.json');
        if (json !== undefined) expect(renderProject(project, { format: 'json', dialect: 'v2' })).toBe(json);
        if (given.hash !== undefined) return;
        const hashes = [...project.services.values()].map(
          (each) => `${each.name} ${serviceHash(each, { dialect: 'v2' })}`,
        );
        expect(hashes.join('\n')).toBe(recorded(from, 'hash.recorded.txt')?.trim());
      });
    }
  });
}

function optionsOf(given: Case, from: string, directory: string): LoadOptions {
  const flags = { '-f': [] as string[], '--env-file': [] as string[], '--profile': [] as string[] };
  let projectName: string | undefined;
  let projectDirectory: string | undefined;
  const args = given.args ?? [];
  for (let at = 0; at < args.length; at += 2) {
    const flag = args[at] ?? '';
    const value = args[at + 1] ?? '';
    if (flag === '-p') projectName = value;
    else if (flag === '--project-directory') projectDirectory = value;
    else flags[flag as keyof typeof flags].push(value);
  }
  const stdin = given.stdin === undefined ? '' : readFileSync(join(from, given.stdin), 'utf8');
  return {
    cwd: join(directory, given.cwd ?? '.'),
    environment: { HOME: '/home/user', ...given.env },
    home: '/home/user',
    files: memoryFiles(filesBelow(from, directory), stdin),
    configFiles: flags['-f'],
    envFiles: flags['--env-file'],
    profiles: flags['--profile'],
    ...(projectName === undefined ? {} : { projectName }),
    ...(projectDirectory === undefined ? {} : { projectDirectory }),
    services: given.services ?? [],
  };
}

function filesBelow(from: string, directory: string): ReadonlyMap<string, string> {
  const entries = readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [join(directory, relative(from, path)), readFileSync(path, 'utf8')];
    }),
  );
}

function recorded(from: string, name: string): string | undefined {
  const path = join(from, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function directories(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}
