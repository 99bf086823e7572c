import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProject, renderProject } from '../../src/compose/index.ts';
import { generateCase, generatedAttributes } from '../support/compose-cases/generate.ts';
import { describeCase, fileText, type ProjectCase } from '../support/compose-cases/project-case.ts';
import { attributesOfSchema } from '../support/compose-cases/schema-attributes.ts';
import { loadCase } from '../support/compose-compare/flotilla.ts';
import { home } from '../support/compose-compare/reference.ts';
import { memoryFiles } from '../unit/compose/support.ts';

/** Each is another project: `FLOTILLA_CASES=4000 npx vitest run test/property/compose.test.ts` tries more of them. */
const rounds = Number(process.env['FLOTILLA_CASES'] ?? 80);
const folder = '/srv/project';
/** What docker compose prints and does not read back either. */
const notReadBack =
  /items at \d+ and \d+ are equal|invalid size: "-1"|invalid ssh key|additional properties '' not allowed/;
/** Dollars are doubled in keys, too, and there nobody halves them again. */
const keyWithDollar = /^[^\n:]*\$\$[^\n:]*:/m;

/** `npm run compare` loads the same projects with docker compose too. */
describe('generated Compose projects', { timeout: 60_000 + rounds * 100 }, () => {
  it('have every attribute that a service can have', () => {
    expect([...generatedAttributes].sort()).toEqual([...attributesOfSchema].sort());
  });

  it('load or are refused with a reason, the same way each time', async () => {
    let accepted = 0;
    for (let seed = 1; seed <= rounds; seed += 1) {
      const given = generateCase(seed);
      const first = await load(given);
      expect(first.kind, `seed ${seed}\n${describeCase(given)}`).not.toBe('broken');
      expect(shown(await load(given)), `seed ${seed}`).toBe(shown(first));
      if (first.kind === 'accepted') accepted += 1;
    }
    // Projects that are all refused would prove nothing.
    expect(accepted).toBeGreaterThan(rounds / 4);
  });

  it('give the same project again when what `config` prints of them is loaded', async () => {
    for (let seed = 1; seed <= rounds; seed += 1) {
      const given = generateCase(seed);
      const first = await load(given);
      if (first.kind !== 'accepted') continue;
      const text = renderProject(first.project, { format: 'yaml' });
      if (keyWithDollar.test(text)) continue;
      const { project, diagnostics } = await loadProject({
        cwd: folder,
        environment: {},
        home,
        files: memoryFiles(new Map([[`${folder}/compose.yaml`, text]])),
        profiles: ['*'],
      });
      if (diagnostics.some(({ message }) => notReadBack.test(message))) continue;
      expect(
        project === undefined ? diagnostics : renderProject(project, { format: 'yaml' }),
        `seed ${seed}\n${describeCase(given)}`,
      ).toEqual(readBack(text));
    }
  });
});

/** docker compose writes `-0.0` as `-0`, too, and reads that as 0. */
function readBack(text: string): string {
  return text.replaceAll(/(?<=[:-] )-0$/gm, '0');
}

function load(given: ProjectCase): ReturnType<typeof loadCase> {
  const files = [...given.files].map(([path, file]) => [posix.join(folder, path), fileText(file)] as const);
  return loadCase(given, folder, memoryFiles(new Map(files)));
}

function shown(result: Awaited<ReturnType<typeof loadCase>>): string {
  switch (result.kind) {
    case 'accepted':
      return renderProject(result.project, { format: 'yaml' });
    case 'refused':
      return result.errors;
    case 'broken':
      return result.reason;
  }
}
