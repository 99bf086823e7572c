import { describe, expect, it } from 'vitest';
import { modelRedaction, renderProject } from '../../../src/compose/index.ts';
import { redact } from '../../../src/core/redact.ts';
import { definitionChanges } from '../../../src/scheduler/desired/index.ts';
import { load, printed } from './support.ts';

async function complaints(yaml: string): Promise<string> {
  const { project, diagnostics } = await load(yaml);
  expect(project).toBeUndefined();
  return printed(diagnostics).replace(/(.{160}).*/g, '$1…');
}

describe('names that mean something to JavaScript', () => {
  it('are only names', async () => {
    const { project, diagnostics } = await load(
      'services:\n  __proto__: {image: a, environment: {constructor: 1, __proto__: 2}}\n  toString: {image: b, labels: {hasOwnProperty: x}}\nx-__proto__: {__proto__: {polluted: true}}\n',
    );
    expect(printed(diagnostics)).toBe('');
    expect(project && renderProject(project, { format: 'yaml' })).toMatchInlineSnapshot(`
      "name: project
      services:
        __proto__:
          environment:
            __proto__: "2"
            constructor: "1"
          image: a
          networks:
            default: null
        toString:
          image: b
          labels:
            hasOwnProperty: x
          networks:
            default: null
      networks:
        default:
          name: project_default
      x-__proto__:
        __proto__:
          polluted: true
      "
    `);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

it('has no hints from JavaScript', async () => {
  const hints = async (yaml: string) => (await load(yaml)).diagnostics.map(({ hint }) => hint);
  expect([
    ...(await hints('services: {a: {image: x, constructor: 1}}')),
    ...(await hints('services: {a: {image: x, build: {toString: 1}}}')),
    ...(await hints('services: {a: {image: x}}\nx-flotilla: {constructor: {a: 1}}')),
    ...(await hints('services: {a: {image: x}}\nvolumes: {constructor: 5}')),
    ...(await hints('services: {constructor: 5}')),
  ]).toMatchInlineSnapshot(`
    [
      "Take it out, or look up its name; a key of your own begins with \`x-\`.",
      "Take it out, or look up its name; a key of your own begins with \`x-\`.",
      "Known here: fast_ready, on_content_change, reload_signal, lint.",
      "Leave \`constructor:\` empty; a path of the host goes into the \`volumes\` of a service.",
      "Write \`image: 5\` below \`constructor:\`.",
    ]
  `);
});

describe('hostile files', () => {
  it('cannot expand aliases without end', async () => {
    const rows = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (let row = 1; row < 9; row += 1) {
      const [name, before] = [String.fromCharCode(97 + row), String.fromCharCode(96 + row)];
      rows.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(',')}]`);
    }
    expect(await complaints(rows.join('\n'))).toMatchInlineSnapshot(`
      "error compose.limit-exceeded at compose.yaml:5:29
      The aliases of this document expand to more than 100000 values.
      3 | c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
      4 | d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
      5 | e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
        |                             ^^
      6 | f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]
      hint: Aliases inside aliased values multiply; use fewer of them.
      "
    `);
  });

  it('cannot nest without end', async () => {
    expect(await complaints(`x-a: ${'['.repeat(300)}${']'.repeat(300)}`)).toMatchInlineSnapshot(`
      "error compose.limit-exceeded at compose.yaml:1:205
      The file nests collections more than 200 deep.
      1 | [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: Flatten the structure; no Compose attribute needs this depth.
      "
    `);
    expect(await complaints(`x-a: ${'['.repeat(20_000)}`)).toContain('error compose.');
  });

  it('cannot be larger than the limit', async () => {
    expect(await complaints('#'.repeat(9 * 1024 * 1024))).toMatchInlineSnapshot(`
      "error compose.limit-exceeded
      compose.yaml is larger than 8 MiB.
      hint: Split the file with "include", or check that it is the right one.
      "
    `);
  });

  it('cannot nest variables without end', async () => {
    const deep = `${'${A:-'.repeat(100)}${'}'.repeat(100)}`;
    expect(await complaints(`services: {a: {image: "${deep}"}}`)).toMatchInlineSnapshot(`
      "error compose.limit-exceeded at compose.yaml:1:23 services.a.image
      The variables in services.a.image expand too far.
      1 | services: {a: {image: "\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${A:-\${
        |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: Put fewer variables into one another, or the text into a file.
      "
    `);
  });

  it('cannot include each other without end', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        index === 0 ? 'compose.yaml' : `${index}.yaml`,
        `include: [${index + 1}.yaml]\nservices: {s${index}: {image: x}}\n`,
      ]),
    );
    const { project, diagnostics } = await load(files);
    expect(project).toBeUndefined();
    expect(printed(diagnostics)).toMatchInlineSnapshot(`
      "error compose.limit-exceeded at 50.yaml:1:11 include
      More than 50 files include each other in a chain.
      1 | include: [51.yaml]
        |           ^^^^^^^
      2 | services: {s50: {image: x}}
      hint: Include the files from one place; no project needs such a chain.
      "
    `);
  });

  it('cannot extend each other without end', async () => {
    const services = Array.from({ length: 200 }, (_, index) => `  s${index}: {extends: s${index + 1}}`);
    const { diagnostics } = await load(`services:\n${services.join('\n')}\n  s200: {image: x}\n`);
    expect(printed(diagnostics.slice(0, 1))).toMatchInlineSnapshot(`
      "error compose.limit-exceeded at compose.yaml:102:19
      More than 100 services extend each other in a chain.
      100 |   s98: {extends: s99}
      101 |   s99: {extends: s100}
      102 |   s100: {extends: s101}
          |                   ^^^^
      103 |   s101: {extends: s102}
      hint: Extend one service that has what all of them share.
      "
    `);
  });

  it('cannot copy services or count ports without end', async () => {
    const message = async (yaml: string) => (await load(yaml)).diagnostics.map(({ message }) => message);
    const many = (count: number, line: (index: number) => string): string =>
      Array.from({ length: count }, (_, index) => line(index)).join('');
    expect([
      ...(await message(
        `services:\n  base: {image: x, labels: {${many(3000, (index) => `l${index}: v, `)}}}\n${many(3000, (index) => `  s${index}: {extends: base}\n`)}`,
      )),
      ...(await message(
        `services: {a: {image: x, ports: ["1-60000"]}, b: {image: x, ports: [${many(100, (index) => `"${index + 1}-60000", `)}]}}\n`,
      )),
    ]).toMatchInlineSnapshot(`
      [
        "The services of this document get more than 1000000 values from those that they extend.",
        "services.b.ports[0]: with this range there are more than 100000 ports",
      ]
    `);
  });

  it('cannot have values, words or documents without end', async () => {
    const messages = async (yaml: string) => (await load(yaml)).diagnostics.map(({ message }) => message);
    const web = 'services: {web: {image: x}}\n';
    expect([
      ...(await messages(`${web}x-a: "${'a'.repeat(2 * 1024 * 1024)}"\n`)),
      ...(await messages(`${web}x-a: [${'a, '.repeat(600_000)}]\n`)),
      ...(await messages(`---\n${web}`.repeat(1000))),
    ]).toMatchInlineSnapshot(`
      [
        "One value has more than 1 MiB.",
        "compose.yaml has more than 1000000 words and marks of YAML.",
        "compose.yaml has 1000 documents, too many for one of its size.",
      ]
    `);
    expect(await messages(`---\n${web}`.repeat(50))).toEqual([]);
  });

  it('are told of with the first mistakes only', async () => {
    const services = Array.from({ length: 2000 }, (_, index) => `  s${index}: 5`);
    const { diagnostics } = await load(`services:\n${services.join('\n')}\n`);
    expect(diagnostics).toHaveLength(501);
    expect(printed(diagnostics.slice(-1))).toMatchInlineSnapshot(`
      "error compose.limit-exceeded
      There are more than these 500 errors.
      hint: Mend the first ones, and run the command again.
      "
    `);
  });

  it('cannot refer to an anchor from inside itself', async () => {
    expect(await complaints('services: {a: &a {image: x, x-self: *a}}')).toMatchInlineSnapshot(`
      "error compose.yaml-syntax at compose.yaml:1:37
      anchor 'a' value contains itself
      1 | services: {a: &a {image: x, x-self: *a}}
        |                                     ^^
      hint: Move the shared part out of the value that uses it.
      "
    `);
  });

  it('cannot send control characters to the terminal', async () => {
    const { diagnostics } = await load('services:\n  a:\n    image: x\n    "\\e[31mred": \u009b1\n');
    expect(printed(diagnostics)).not.toMatch(/[\u001b\u009b]/);
  });
});

it('refuses remote files', async () => {
  const { diagnostics } = await load('services: {a: {image: x}}', {
    configFiles: ['https://example.org/x.git', 'oci://example.org/x'],
  });
  expect(printed(diagnostics)).toMatchInlineSnapshot(`
    "error compose.remote
    "https://example.org/x.git" is not on this machine, and this program cannot fetch it
    hint: Give \`loadProject\` the option \`remotes\`, or fetch it first and use the local path.

    error compose.remote
    "oci://example.org/x" is not on this machine, and this program cannot fetch it
    hint: Give \`loadProject\` the option \`remotes\`, or fetch it first and use the local path.
    "
  `);
});

describe('a hostile file as large as a file may be', () => {
  const most = 8 * 1024 * 1024 - 1;
  const web = 'services:\n  web:\n    image: x\n';
  const filled = (head: string, unit: (index: number) => string, tail = ''): string => {
    const parts = [head];
    let length = head.length + tail.length;
    for (let index = 0; ; index += 1) {
      const part = unit(index);
      length += part.length;
      if (length > most) break;
      parts.push(part);
    }
    return parts.join('') + tail;
  };
  const shapes: Readonly<Record<string, () => string>> = {
    'brackets in brackets': () => filled('x-a: ', () => '['),
    'dashes in dashes': () => filled('x-a:\n', () => '- '),
    'one list': () => filled('x-a: [', () => 'a, ', ']\n'),
    'one text': () => filled(`${web}x-a: "`, () => 'ab ', '"\n'),
    'one block of text': () => filled(`${web}x-a: |\n`, () => '  aaaa\n'),
    'keys without end': () => filled(`${web}x-a:\n`, (index) => `  k${index}: 1\n`),
    'services that extend each other': () =>
      filled('services:\n', (index) => `  s${index}: {image: x, extends: s${index + 1}}\n`),
    'merge keys': () => filled('x-b: &b {a: 1, b: 2}\nx-l:\n', () => '- {<<: *b}\n'),
    documents: () => filled('', (index) => `---\nservices: {s${index}: {image: x}}\n`),
    'variables in one text': () => filled(`${web}x-a: "`, (index) => `\${A${index}}`, '"\n'),
    'variables in variables': () => filled(`${web}x-a: "`, () => '$' + '{A:-', '"\n'),
    'nothing but lines': () => filled(web, () => '\n'),
    'nothing but spaces': () => filled(`${web}x-a: b`, () => ' ', '\n'),
    'no text at all': () => filled('', () => '\u0000'),
  };

  // Ten times what it takes on an idle machine; what grows with the square of the size would take hours.
  it.each(Object.entries(shapes))('%s', async (_, text) => {
    const file = text();
    expect(file.length).toBeGreaterThan(most - 100);
    const before = process.cpuUsage();
    await load(file);
    const { user } = process.cpuUsage(before);
    expect(user / 1e6).toBeLessThan(8);
  });

  it.each([
    ['services', (index: number) => `  s${index}: {image: x, depends_on: [s${index + 1}]}\n`, 'services:\n'],
    ['wrong types', (index: number) => `  s${index}: 5\n`, 'services:\n'],
    ['wrong ports', () => '      - "a:b"\n', `${web}    ports:\n`],
    ['unset variables', (index: number) => `- $A${index}\n`, `${web}x-a:\n`],
    [
      'names that nothing has',
      (index: number) => `  service${index}: {image: x, depends_on: [servixe${index}]}\n`,
      'services:\n',
    ],
    ['documents', (index: number) => `---\n{services: {s${index}: {image: x}}}\n`, ''],
  ])('takes time in proportion: %s', async (_, unit, head) => {
    const seconds = async (count: number): Promise<number> => {
      const text = head + Array.from({ length: count }, (_, index) => unit(index)).join('');
      const before = process.cpuUsage();
      await load(text);
      return process.cpuUsage(before).user / 1e6;
    };
    await seconds(100);
    const [small, large] = [await seconds(500), await seconds(4000)];
    // The square would be 64 times as long; a tenth of a second is the noise of collecting garbage.
    expect(large).toBeLessThan(24 * (small + 0.1));
  });
});

describe('one long text', () => {
  const text = (count: number) => 'a.'.repeat(count);
  const files: Readonly<Record<string, (count: number) => Readonly<Record<string, string>>>> = {
    'in a broken variable': (count) => ({ 'compose.yaml': `services: {a: {image: "\${${text(count)}"}}` }),
    'as an unknown key': (count) => ({ 'compose.yaml': `services: {a: {image: x, ${text(count)}: 1}}` }),
    'as a name that nothing has': (count) => ({
      'compose.yaml': `services: {a: {image: x, depends_on: [${text(count)}x]}, ${text(count)}y: {image: x}}`,
    }),
    'in a broken line of variables': (count) => ({
      'compose.yaml': 'services: {a: {image: x, env_file: a.env}}',
      'a.env': `${text(count)}!=1\n`,
    }),
  };

  it.each(Object.entries(files))('%s is cut in messages, which take time in proportion', async (_, file) => {
    await grows(async (count) => {
      const { diagnostics } = await load(file(count));
      expect(diagnostics).not.toEqual([]);
      for (const { message, hint = '' } of diagnostics) {
        expect(message.length + hint.length).toBeLessThan(1500);
      }
      redact(JSON.stringify(diagnostics));
    });
  });

  it('is redacted and compared in time in proportion', async () => {
    await grows(async (count) => {
      const { project } = await load(
        `services: {a: {image: x, labels: {a: "${text(count)}", b: "${'password '.repeat(count / 4)}"}}}`,
      );
      const service = project?.services.values().next().value;
      if (project === undefined || service === undefined) throw new Error('no service');
      renderProject(project, { format: 'yaml', transform: await modelRedaction(project.environment) });
      definitionChanges('{}', project, service);
    });
  });

  async function grows(work: (count: number) => Promise<void>): Promise<void> {
    const seconds = async (count: number): Promise<number> => {
      const before = process.cpuUsage();
      await work(count);
      return process.cpuUsage(before).user / 1e6;
    };
    await seconds(1000);
    const [small, large] = [await seconds(5000), await seconds(40_000)];
    // The square would be 64 times as long, several seconds already for the small one.
    expect(large).toBeLessThan(24 * (small + 0.05));
  }
});
