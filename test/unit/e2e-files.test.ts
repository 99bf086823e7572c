import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = 'test/e2e';

/** Which projects of vitest.config.ts run a file is told by what it uses, so that none is forgotten. */
it('every scenario runs on each engine, unless it uses none', () => {
  const config = readFileSync('vitest.config.ts', 'utf8');
  const [, listed = ''] = /withoutNative = \[([^\]]*)\]/.exec(config) ?? [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  const withoutEngine = files.filter(
    (name) => !/\buse(?:Quiet)?Engine\(\)/.test(readFileSync(`${folder}/${name}`, 'utf8')),
  );
  const names = [...listed.matchAll(/'([\w-]+)'/g)].map(([, name]) => `${name}.test.ts`);
  expect(names).toEqual(withoutEngine.sort());
});

it('what stays with Docker says why in one way', () => {
  const silent = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => {
      const text = readFileSync(`${folder}/${name}`, 'utf8');
      return (
        /use(?:Quiet)?Engine\(\)/.test(text) &&
        /FLOTILLA_TEST_RUNTIME|\.skipIf\(|\.runIf\(.*runtime/.test(text)
      );
    });
  expect(silent).toEqual([]);
});
