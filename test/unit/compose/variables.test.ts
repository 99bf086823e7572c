import { describe, expect, it } from 'vitest';
import { type ModelVariable, modelVariables } from '../../../src/compose/index.ts';
import { load } from './support.ts';

async function variables(files: Parameters<typeof load>[0]): Promise<readonly ModelVariable[]> {
  const { plainModel, diagnostics } = await load(files, { skip: { interpolation: true, validation: true } });
  const model = plainModel();
  if (model === undefined) throw new Error(JSON.stringify(diagnostics));
  return modelVariables(model);
}

/** `NAME`, `NAME=default`, `NAME+alternate`, `NAME!` when required. */
function short({ name, defaultValue, presenceValue, required }: ModelVariable): string {
  const parts = [name, required ? '!' : ''];
  if (defaultValue !== '') parts.push(`=${defaultValue}`);
  if (presenceValue !== '') parts.push(`+${presenceValue}`);
  return parts.join('');
}

describe('the variables of a model', () => {
  it('are those of all forms, also inside one another, and nothing is evaluated', async () => {
    const found = await variables(`
services:
  a:
    image: x:\${TAG:-latest}
    command: echo $$NOT $PLAIN \${A:-\${B-b}} \${C:+\${D}} \${E:?say \${F}} \${G+g}
    environment: ["K=\${K?}", 'J={"a": "\${L:-{}}"}']
    ports: ["\${PORT}:80"]
x-note: \${NOTE}
`);
    expect(found.map(short)).toEqual([
      `A=\${B-b}`,
      'B=b',
      `C+\${D}`,
      'D',
      'E!',
      'F',
      'G+g',
      'K!',
      'L={}',
      'NOTE',
      'PLAIN',
      'PORT',
      'TAG=latest',
    ]);
  });

  it('join what several places say', async () => {
    const found = await variables(
      `services: {a: {image: x, environment: [A=$V, "B=\${V:-one}", "C=\${V:?}", "D=\${V:+set}"]}}`,
    );
    expect(found).toEqual([{ name: 'V', defaultValue: 'one', presenceValue: 'set', required: true }]);
  });

  it('come from included files and extended services too, and from files that are not right', async () => {
    const found = await variables({
      'compose.yaml':
        'include: [inc/compose.yaml]\nservices: {a: {extends: {file: base.yaml, service: b}, scale: ["$S"]}}',
      'inc/compose.yaml': 'services: {i: {image: "$INCLUDED"}}',
      'base.yaml': 'services: {b: {image: "$EXTENDED"}}',
    });
    expect(found.map(short)).toEqual(['EXTENDED', 'INCLUDED', 'S']);
  });

  it('are found around what does not parse', async () => {
    expect(
      (await variables(`services: {a: {image: x, command: "$A \${ $B \${C $D 5$"}}`)).map(short),
    ).toEqual(['A', 'B', 'D']);
  });
});
