import { describe, expect, it } from 'vitest';
import { renderProject } from '../../../src/compose/index.ts';
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
    "error compose.unsupported
    "https://example.org/x.git" is a remote reference, and remote Compose files are not supported yet.
    hint: Fetch it first, for example with git clone, and use the local path.

    error compose.unsupported
    "oci://example.org/x" is a remote reference, and remote Compose files are not supported yet.
    hint: Fetch it first, for example with git clone, and use the local path.
    "
  `);
});
