import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.ts';
import { main } from '../../../src/cli/main.ts';
import { fakeIo } from '../../support/fake-io.ts';

const files = {
  'compose.yaml': `services:
  web:
    image: nginx:\${TAG:-1}
    ports: ["8080:80"]
`,
  'compose.override.yaml': `services:
  web:
    image: nginx:\${TAG}
`,
  '.env': 'TAG=2\n',
};
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'explain-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...words: readonly string[]) {
  const { io, stdout, stderr } = fakeIo(words, { cwd: folder });
  const exitCode = await main(io, commands);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

it('tells of one value with the lines of its files', async () => {
  const { exitCode, stdout } = await run('config', '--explain', 'services.web.image');
  expect(exitCode).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "services.web.image: "nginx:2"

    merge: the later value replaces the earlier one

    compose.yaml:3:12 base file: "nginx:2" (not used)
      1 | services:
      2 |   web:
      3 |     image: nginx:\${TAG:-1}
        |            ^^^^^^^^^^^^^^^
      4 |     ports: ["8080:80"]
      \${TAG} is "2": .env:1:1

    compose.override.yaml:3:12 override file: "nginx:2"
      1 | services:
      2 |   web:
      3 |     image: nginx:\${TAG}
        |            ^^^^^^^^^^^^
      \${TAG} is "2": .env:1:1
    "
  `);
});

it('tells of a service line by line', async () => {
  expect((await run('config', '--explain', 'services.web.ports')).stdout).toMatchInlineSnapshot(`
    "services.web.ports
      [0].mode       "ingress"  default of Compose: mode ingress
      [0].target     80         compose.yaml:4:13
      [0].published  "8080"     compose.yaml:4:13
      [0].protocol   "tcp"      default of Compose: protocol tcp
    "
  `);
});

it('is JSON when asked', async () => {
  const { stdout } = await run('config', '--explain', 'services.web.image', '--format', 'json');
  expect(JSON.parse(stdout)).toMatchInlineSnapshot(`
    {
      "notes": [],
      "path": "services.web.image",
      "rule": "the later value replaces the earlier one",
      "sources": [
        {
          "column": 12,
          "endColumn": 27,
          "endLine": 3,
          "file": "compose.yaml",
          "frame": "1 | services:
    2 |   web:
    3 |     image: nginx:\${TAG:-1}
      |            ^^^^^^^^^^^^^^^
    4 |     ports: ["8080:80"]",
          "kind": "file",
          "line": 3,
          "used": false,
          "value": "nginx:2",
          "variables": [
            {
              "column": 1,
              "endColumn": 6,
              "endLine": 1,
              "file": ".env",
              "line": 1,
              "name": "TAG",
              "source": ".env:1:1",
              "value": "2",
            },
          ],
          "via": [],
          "what": "base file",
        },
        {
          "column": 12,
          "endColumn": 24,
          "endLine": 3,
          "file": "compose.override.yaml",
          "frame": "1 | services:
    2 |   web:
    3 |     image: nginx:\${TAG}
      |            ^^^^^^^^^^^^",
          "kind": "override",
          "line": 3,
          "used": true,
          "value": "nginx:2",
          "variables": [
            {
              "column": 1,
              "endColumn": 6,
              "endLine": 1,
              "file": ".env",
              "line": 1,
              "name": "TAG",
              "source": ".env:1:1",
              "value": "2",
            },
          ],
          "via": [],
          "what": "override file",
        },
      ],
      "value": "nginx:2",
    }
  `);
});

it('refuses a path that leads nowhere', async () => {
  const { exitCode, stdout, stderr } = await run('config', '--explain', 'services.web.port');
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toMatchInlineSnapshot(`
    "error: the model has nothing at "services.web.port" [compose.unknown-path]
    hint: Did you mean "services.web.ports"?
    "
  `);
});

it.each([['--redact'], ['-o', 'x.yaml'], ['-q'], ['--no-interpolate']])(
  'refuses %s, which would have no effect',
  async (...words) => {
    const { stdout, stderr } = await run('config', '--explain', 'services.web.image', ...words);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: --explain cannot be used with --[a-z-]+\nhint: /);
  },
);
