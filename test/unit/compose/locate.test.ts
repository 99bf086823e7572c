import { expect, it } from 'vitest';
import type { LoadResult, ModelPath } from '../../../src/compose/index.ts';
import { formatPosition } from '../../../src/core/diagnostic.ts';
import { load } from './support.ts';

function places(result: LoadResult, paths: readonly ModelPath[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path.join('.'), formatPosition(result.locate(path))]));
}

it('tells which file and line gave a value, through merge, extends, include and short forms', async () => {
  const result = await load(
    {
      'compose.yaml': `include: [more/compose.yaml]
x-env: &env
  LEVEL: info
services:
  web:
    extends: {file: base.yaml, service: base}
    image: "nginx:\${TAG:-1}"
    environment:
      <<: *env
      OWN: 1
    ports:
      - "8080:80"
`,
      'compose.override.yaml': 'services:\n  web:\n    image: other\n    ports: ["9090:90"]\n',
      'base.yaml': 'services:\n  base:\n    image: base\n    hostname: from-base\n',
      'more/compose.yaml': 'services:\n  db:\n    image: postgres\n',
    },
    { configFiles: ['compose.yaml', 'compose.override.yaml'] },
  );
  expect(
    places(result, [
      ['services', 'web', 'image'],
      ['services', 'web', 'hostname'],
      ['services', 'web', 'environment', 'LEVEL'],
      ['services', 'web', 'environment', 'OWN'],
      ['services', 'web', 'ports', 0, 'published'],
      ['services', 'web', 'ports', 1, 'target'],
      ['services', 'web', 'networks', 'default'],
      ['services', 'web', 'nothing', 'like', 'it'],
      ['services', 'db', 'image'],
      ['networks', 'default', 'name'],
    ]),
  ).toMatchInlineSnapshot(`
    {
      "networks.default.name": "more/compose.yaml:1:1",
      "services.db.image": "more/compose.yaml:3:12",
      "services.web.environment.LEVEL": "compose.yaml:3:10",
      "services.web.environment.OWN": "compose.yaml:10:12",
      "services.web.hostname": "base.yaml:4:15",
      "services.web.image": "compose.override.yaml:3:12",
      "services.web.networks.default": "base.yaml:3:5",
      "services.web.nothing.like.it": "compose.override.yaml:2:3",
      "services.web.ports.0.published": "compose.yaml:12:9",
      "services.web.ports.1.target": "compose.override.yaml:4:13",
    }
  `);
});
