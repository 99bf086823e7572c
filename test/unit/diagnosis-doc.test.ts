import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../../scripts/lib/built.mjs';
import { type Fault, faults } from '../support/faults/index.ts';

const folder = join(repository, 'fixtures/faults');
const told = (path: string) => readFileSync(join(folder, path), 'utf8').trimEnd();

const preface = `# When it fails

What the last words of a failed \`up\` are, for faults that people meet, beside those of docker compose 2.40. Both are as
they came from a real engine (\`npx vitest run --project e2e test/e2e/diagnosis.test.ts\`); ids are replaced.

A message names the setting to look at, with its position; then the sentence of what happened; what was observed, from the
engine and from the container itself; and one hint. The codes in brackets are explained in [errors.md](errors.md).
`;

it('docs/diagnosis.md shows every fault with the words of both tools', async () => {
  const sections = Object.entries(faults).map(([name, fault]) => section(name, fault));
  await expect([preface, ...sections].join('\n')).toMatchFileSnapshot(join(repository, 'docs/diagnosis.md'));
});

it('there are 30 faults at least, and no text without its fault', () => {
  const files = readdirSync(folder, { recursive: true }).map(String);
  const names = new Set(
    files
      .filter((file) => file.endsWith('.txt'))
      .map((file) => file.replace(/^(?:compose|native)\/|\.txt$/g, '')),
  );
  expect([...names].sort()).toEqual(Object.keys(faults).sort());
  expect(names.size).toBeGreaterThanOrEqual(30);
});

function section(name: string, { title, files, args = ['up', '-d'] }: Fault): string {
  const theirs = join('compose', `${name}.txt`);
  return [
    `## ${title}\n`,
    `\`\`\`yaml\n${files['compose.yaml']?.trimEnd()}\n\`\`\`\n`,
    `\`docker compose ${args.join(' ')}\`:\n`,
    `\`\`\`text\n${existsSync(join(folder, theirs)) ? told(theirs) : ''}\n\`\`\`\n`,
    `\`flotilla ${args.join(' ')}\`:\n`,
    `\`\`\`text\n${told(`${name}.txt`)}\n\`\`\`\n`,
  ].join('\n');
}
