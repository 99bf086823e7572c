import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type RuleName, rules, violations } from '../support/architecture/rules.ts';
import { readSource } from '../support/architecture/source-file.ts';

test('the files of src keep to the import rules', () => {
  const paths = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.m?ts$|\.mjs$/.test(path));
  expect(paths.length).toBeGreaterThan(100);
  expect(violations(paths.map((path) => readSource(path, readFileSync(path, 'utf8'))))).toEqual([]);
});

describe('each rule finds what breaks it', () => {
  test.each(Object.entries(breaches()))('%s', (name, { files, found }) => {
    expect(rules[name as RuleName](sources(files))).toEqual(found);
  });
});

test('keeping to the rules is found right', () => {
  const files = {
    'src/core/error.ts': "import { createHash } from 'node:crypto';",
    'src/network/index.ts': "export type * from './spec.ts';",
    'src/network/spec.ts': "import { bytes } from '../core/units.ts';",
    'src/core/units.ts': '',
    'src/scheduler/graph/index.ts': '// a service of docker\nexport const text = "container";',
    'src/scheduler/engine/run.ts': "import type { Graph } from '../graph/index.ts';",
    'src/runtime/connect.ts': "const driver = await import('./docker/index.ts');",
    'src/runtime/docker/index.ts': "import { parse } from 'yaml';",
    'src/cli/main.ts': "import type { NetworkSpec } from '../network/index.ts';\nprocess.exit(0);",
    'src/runtime/process.ts': 'export function run(process: { pid: number }) { return process.pid; }',
  };
  expect(violations(sources(files))).toEqual([]);
});

/** For each rule, a small src/ that breaks it; a rule without one does not compile. */
function breaches(): Record<RuleName, { files: Record<string, string>; found: string[] }> {
  const layerText = 'core <- compose <- network|volumes|images <- runtime <- scheduler <- index.ts <- cli';
  return {
    layers: {
      files: {
        'src/core/a.ts': "\nimport type { Project } from '../compose/index.ts';",
        'src/network/index.ts': "export { copyUp } from '../volumes/index.ts';",
        'src/scheduler/x.ts': "const main = import('../cli/main.ts');",
      },
      found: [
        `src/core/a.ts:2 core must not import compose: ${layerText}`,
        `src/network/index.ts:1 network must not import volumes: ${layerText}`,
        `src/scheduler/x.ts:1 scheduler must not import cli: ${layerText}`,
      ],
    },
    knownAreas: {
      files: { 'src/utils/a.ts': '' },
      found: [`src/utils/a.ts:1 utils is in no layer: ${layerText}`],
    },
    faces: {
      files: {
        'src/runtime/a.ts':
          "import {\n  type NetworkSpec,\n} from '../network/spec.ts';\nimport { unit } from '../core/units.ts';",
      },
      found: ['src/runtime/a.ts:1 import network by its index.ts, not ../network/spec.ts'],
    },
    existingFiles: {
      files: { 'src/core/a.ts': "import './b.ts';" },
      found: ['src/core/a.ts:1 ./b.ts is no file of src'],
    },
    drivers: {
      files: {
        'src/runtime/index.ts': "export * from './docker/index.ts';",
        'src/runtime/native/a.ts': "import type { Fake } from '../fake/index.ts';",
        'src/index.ts': "export { createFakeDriver } from './runtime/fake/index.ts';",
      },
      found: [
        'src/runtime/index.ts:1 only src/runtime/connect.ts may import the driver docker',
        'src/runtime/native/a.ts:1 only src/runtime/connect.ts may import the driver fake',
      ],
    },
    genericImports: {
      files: {
        'src/scheduler/graph/a.ts': "import { run } from '../engine/index.ts';",
        'src/scheduler/engine/b.ts': "import { parse } from 'yaml';\nimport { join } from 'node:path';",
      },
      found: [
        'src/scheduler/graph/a.ts:1 scheduler/graph is generic: it imports core only, not ../engine/index.ts',
        'src/scheduler/engine/b.ts:1 scheduler/engine is generic: it imports core only, not yaml',
        'src/scheduler/engine/b.ts:2 scheduler/engine is generic: it imports core only, not node:path',
      ],
    },
    genericWords: {
      files: {
        'src/scheduler/engine/a.ts': '// a container\nconst text = "service";\nconst webServiceName = 1;',
      },
      found: ['src/scheduler/engine/a.ts:3 scheduler/engine is generic: it knows no "webServiceName"'],
    },
    oneImporter: {
      files: {
        'src/cli/b.ts': "import type { Node } from 'yaml/util';",
        'src/compose/a.ts': "import 'yaml';",
        'src/compose/c.ts': "import type { Node } from 'yaml';",
        'src/compose/d.ts': "import { Node } from 'yaml';",
      },
      found: [
        'src/cli/b.ts:1 yaml has its one importer in src/compose/a.ts',
        'src/compose/d.ts:1 yaml has its one importer in src/compose/a.ts',
      ],
    },
    processOnlyInCli: {
      files: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is a template literal
        'src/runtime/a.ts': "import { env } from 'node:process';\nconst home = `a ${process.env.HOME}`;",
        'src/cli/b.ts': 'process.exit(1);',
      },
      found: [
        'src/runtime/a.ts:2 process belongs to src/cli: take what you need as an argument',
        'src/runtime/a.ts:1 process belongs to src/cli: take what you need as an argument',
      ],
    },
    noInputOutput: {
      files: {
        'src/volumes/a.ts': "import { stat } from 'node:fs/promises';\nimport { join } from 'node:path';",
      },
      found: ['src/volumes/a.ts:1 volumes does no input or output: not node:fs/promises'],
    },
    pure: {
      files: {
        'src/network/a.ts': 'const now = Date.now();\nconst day = new Date(0);',
        'src/scheduler/plan/b.ts': 'setTimeout(run, 5);',
      },
      found: [
        'src/network/a.ts:1 src/network/a.ts is pure: it does not use Date.now',
        'src/scheduler/plan/b.ts:1 src/scheduler/plan/b.ts is pure: it does not use setTimeout',
      ],
    },
    noCycles: {
      files: {
        'src/core/a.ts': "import './b.ts';",
        'src/core/b.ts': "import type { A } from './a.ts';\nconst later = import('./c.ts');",
        'src/core/c.ts': "import './b.ts';",
      },
      found: [
        'src/core/a.ts:1 [noCycles] files import one another: src/core/a.ts -> src/core/b.ts -> src/core/a.ts',
      ],
    },
  };
}

function sources(files: Record<string, string>) {
  return Object.entries(files).map(([path, text]) => readSource(path, text));
}
