import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ExplainResult, explainValue, type LoadOptions } from '../../../src/compose/index.ts';
import { formatPosition } from '../../../src/core/diagnostic.ts';
import { memoryFiles } from './support.ts';

async function explain(
  files: Readonly<Record<string, string>>,
  path: string,
  options: Partial<LoadOptions> = {},
): Promise<ExplainResult> {
  const absolute = Object.entries(files).map(([name, text]) => [posix.join('/project', name), text] as const);
  return explainValue(
    {
      cwd: '/project',
      environment: {},
      home: '/home/user',
      files: memoryFiles(new Map(absolute)),
      ...options,
    },
    path,
  );
}

/** The result in a line for each thing that it says. */
async function told(...args: Parameters<typeof explain>): Promise<string> {
  const { explanation, leaves, diagnostics } = await explain(...args);
  if (explanation === undefined)
    return diagnostics.map(({ message, hint }) => `${message}\n${hint}`).join('\n');
  const lines = [explanation, ...leaves].flatMap((each, index) => [
    `${index === 0 ? '' : '- '}${each.path} = ${JSON.stringify(each.value)}${each.default === undefined ? '' : ` (${each.default})`}`,
    ...(index > 0 ? [] : each.notes),
    ...(each.rule === undefined || index > 0 ? [] : [`rule: ${each.rule}`]),
    ...each.sources.flatMap((source) => [
      `  ${source.used ? '+' : '-'} ${formatPosition(source.at)} ${source.what}${index > 0 || source.value === undefined ? '' : ` says ${JSON.stringify(source.value)}`}`,
      ...source.via.map((via) => `      ${via.kind} ${via.text} ${formatPosition(via.at)}`),
      ...source.variables.map((variable) => `      ${variable.name}=${variable.value} ${variable.source}`),
    ]),
  ]);
  return lines.join('\n');
}

const compose = (text: string) => ({ 'compose.yaml': text });

describe('a value', () => {
  it('of one file has one source', async () => {
    expect(
      await told(compose('services:\n  web:\n    image: nginx:1\n'), 'services.web.image'),
    ).toMatchInlineSnapshot(`
      "services.web.image = "nginx:1"
        + compose.yaml:3:12 base file says "nginx:1""
    `);
  });

  it('that an override replaces names both', async () => {
    const files = {
      'compose.yaml': 'services:\n  web:\n    image: nginx:1\n',
      'compose.override.yaml': 'services:\n  web:\n    image: nginx:2\n',
    };
    expect(await told(files, 'services.web.image')).toMatchInlineSnapshot(`
      "services.web.image = "nginx:2"
      rule: the later value replaces the earlier one
        - compose.yaml:3:12 base file says "nginx:1"
        + compose.override.yaml:3:12 override file says "nginx:2""
    `);
  });

  it('is found in lists and mappings alike, whatever form each file has', async () => {
    const files = {
      'compose.yaml': 'services:\n  web:\n    image: x\n    environment: {A: "1", B: "2"}\n',
      'compose.override.yaml': 'services:\n  web:\n    environment:\n      - A=3\n',
    };
    expect(await told(files, 'services.web.environment.A')).toMatchInlineSnapshot(`
      "services.web.environment.A = "3"
      rule: the later value of a key wins, even an empty one
        - compose.yaml:4:22 base file says "1"
        + compose.override.yaml:4:9 override file says "3""
    `);
    expect(await told(files, 'services.web.environment.B')).toMatchInlineSnapshot(`
      "services.web.environment.B = "2"
        + compose.yaml:4:30 base file says "2""
    `);
  });

  it('comes out of an include, with the variables of its own .env', async () => {
    const files = {
      'compose.yaml': 'include: [db/compose.yaml]\nservices:\n  web: {image: x}\n',
      'db/compose.yaml': `services:\n  db:\n    image: postgres:\${TAG}\n`,
      'db/.env': '\nTAG=17\n',
    };
    expect(await told(files, 'services.db.image')).toMatchInlineSnapshot(`
      "services.db.image = "postgres:17"
        + db/compose.yaml:3:12 included by compose.yaml says "postgres:17"
            TAG=17 db/.env:2:1"
    `);
  });

  it('comes along a chain of extends, also from other files', async () => {
    const files = {
      'compose.yaml': 'services:\n  web:\n    extends: {file: base/b.yaml, service: app}\n    init: true\n',
      'base/b.yaml':
        'services:\n  root: {image: "root:1", user: a}\n  app: {extends: root, image: "app:1"}\n',
    };
    expect(await told(files, 'services.web.image')).toMatchInlineSnapshot(`
      "services.web.image = "app:1"
      rule: the later value replaces the earlier one
        - base/b.yaml:2:17 service "root" of base/b.yaml, by extends says "root:1"
        + base/b.yaml:3:31 service "app" of base/b.yaml, by extends says "app:1""
    `);
    expect(await told(files, 'services.web.user')).toMatchInlineSnapshot(`
      "services.web.user = "a"
        + base/b.yaml:2:33 service "root" of base/b.yaml, by extends says "a""
    `);
  });

  it('is followed through aliases and merge keys', async () => {
    const files = compose(`x-env: &env
  A: one
x-common: &common
  environment: *env
services:
  web:
    image: x
    <<: *common
`);
    expect(await told(files, 'services.web.environment.A')).toMatchInlineSnapshot(`
      "services.web.environment.A = "one"
        + compose.yaml:2:6 base file says "one"
            merge key <<: *common compose.yaml:8:5
            alias *env compose.yaml:4:16"
    `);
  });

  it('names each variable with its source', async () => {
    const files = {
      'compose.yaml': `services:\n  web:\n    image: \${A}/\${B}:\${C:-\${D:-1}}\${E:+x}\n    labels: {p: $COMPOSE_PROJECT_NAME}\n`,
      '.env': '# comment\nA=file\nB=file\n',
    };
    expect(
      await told(files, 'services.web.image', { environment: { A: 'shell', E: '1' } }),
    ).toMatchInlineSnapshot(`
      "services.web.image = "shell/file:1x"
        + compose.yaml:3:12 base file says "shell/file:1x"
            A=shell process environment
            B=file .env:3:1
            C=1 default in the expression, because it is not set
            D=1 default in the expression, because it is not set
            E=1 process environment"
    `);
    expect(await told(files, 'services.web.labels.p')).toMatchInlineSnapshot(`
      "services.web.labels.p = "project"
        + compose.yaml:4:17 base file says "project"
            COMPOSE_PROJECT_NAME=project name of the project"
    `);
  });

  it('of --env-file names the file that decides', async () => {
    const files = {
      ...compose('services:\n  web:\n    image: x:$T\n'),
      'one.env': 'T=1\n',
      'two.env': 'A=0\nT=2\n',
    };
    expect(
      await told(files, 'services.web.image', { envFiles: ['one.env', 'two.env'] }),
    ).toMatchInlineSnapshot(`
      "services.web.image = "x:2"
        + compose.yaml:3:12 base file says "x:2"
            T=2 two.env:2:1"
    `);
  });

  it('of an env_file has the line there, and environment wins', async () => {
    const files = {
      ...compose(
        'services:\n  web:\n    image: x\n    env_file: [a.env, b.env]\n    environment: [A=mine, SHELL]\n',
      ),
      'a.env': 'A=1\nB=1\n',
      'b.env': '\nB=2\n',
    };
    expect(await told(files, 'services.web.environment.A')).toMatchInlineSnapshot(`
      "services.web.environment.A = "mine"
      rule: the later value of a key wins, even an empty one
        - a.env:1:1 env_file says "1"
        + compose.yaml:5:19 base file says "mine""
    `);
    expect(await told(files, 'services.web.environment.B')).toMatchInlineSnapshot(`
      "services.web.environment.B = "2"
      rule: the later value of a key wins, even an empty one
        - a.env:2:1 env_file says "1"
        + b.env:2:1 env_file says "2""
    `);
    expect(
      await told(files, 'services.web.environment.SHELL', { environment: { SHELL: '/bin/sh' } }),
    ).toMatchInlineSnapshot(`
      "services.web.environment.SHELL = "/bin/sh"
        + compose.yaml:5:27 base file says null
            SHELL=/bin/sh process environment"
    `);
  });

  it('that !reset took away is told of, and so is what !override keeps out', async () => {
    const files = {
      'compose.yaml': 'services:\n  web:\n    image: x\n    init: true\n    labels: {a: "1"}\n',
      'compose.override.yaml': 'services:\n  web:\n    init: !reset null\n    labels: !override {b: "2"}\n',
    };
    expect(await told(files, 'services.web.init')).toMatchInlineSnapshot(`
      "services.web.init = undefined
        - compose.yaml:4:11 base file says true
        + compose.override.yaml:3:18 override file: !reset at services.web.init takes away what earlier sources say"
    `);
    expect(await told(files, 'services.web.labels.b')).toMatchInlineSnapshot(`
      "services.web.labels.b = "2"
        + compose.override.yaml:4:23 override file: !override at services.web.labels replaces what earlier sources say
        + compose.override.yaml:4:27 override file says "2""
    `);
    expect(await told(files, 'services.web.labels')).toMatchInlineSnapshot(`
      "services.web.labels = {"b":"2"}
        - compose.yaml:5:5 base file says {"a":"1"}
        + compose.override.yaml:4:23 override file: !override at services.web.labels replaces what earlier sources say
        + compose.override.yaml:4:5 override file says {"b":"2"}
      - services.web.labels.b = "2"
        + compose.override.yaml:4:23 override file: !override at services.web.labels replaces what earlier sources say
        + compose.override.yaml:4:27 override file"
    `);
  });

  it('that nobody gave is a default', async () => {
    const files = compose('services:\n  web:\n    image: x\n    ports: ["8080:80", "90:90/tcp"]\n');
    expect(await told(files, 'services.web.ports[0].mode')).toMatchInlineSnapshot(`
      "services.web.ports[0].mode = "ingress" (default of Compose: mode ingress)
        + compose.yaml:4:13 base file says "ingress""
    `);
    expect(await told(files, 'services.web.ports[0].protocol')).toMatchInlineSnapshot(`
      "services.web.ports[0].protocol = "tcp" (default of Compose: protocol tcp)
        + compose.yaml:4:13 base file says "tcp""
    `);
    expect(await told(files, 'services.web.ports[1].protocol')).toMatchInlineSnapshot(`
      "services.web.ports[1].protocol = "tcp"
        + compose.yaml:4:24 base file says "tcp""
    `);
    expect(await told(files, 'networks.default.name')).toMatchInlineSnapshot(
      `"networks.default.name = "project_default" (the name in the engine is the project's name and the key, unless "name" says otherwise)"`,
    );
    expect(
      await told({ 'compose.yaml': 'name: mine\n' }, 'name', { projectName: 'given' }),
    ).toMatchInlineSnapshot(`
      "name = "given" (the name of the project: -p, COMPOSE_PROJECT_NAME, "name:" or the name of the folder)
        - compose.yaml:1:7 base file says "mine""
    `);
    expect(await told(files, 'name')).toMatchInlineSnapshot(
      `"name = "project" (the name of the project: -p, COMPOSE_PROJECT_NAME, "name:" or the name of the folder)"`,
    );
  });

  it('inside of something that the model writes otherwise has the sources of the whole', async () => {
    const files = compose('services:\n  web:\n    image: x\n    extra_hosts: ["a=10.0.0.1"]\n');
    expect(await told(files, 'services.web.extra_hosts[0]')).toMatchInlineSnapshot(`
      "services.web.extra_hosts[0] = "a=10.0.0.1"
      part of services.web.extra_hosts, which the model writes in another form
        + compose.yaml:4:5 base file says {"a":["10.0.0.1"]}"
    `);
  });

  it('of a subnet is found in the pool that it was merged into', async () => {
    const files = {
      'compose.yaml':
        'services: {web: {image: x, networks: [n]}}\nnetworks:\n  n:\n    ipam: {config: [{subnet: 10.1.0.0/16}]}\n',
      'compose.override.yaml':
        'networks:\n  n:\n    ipam: {config: [{subnet: 10.1.0.0/16, gateway: 10.1.0.9}]}\n',
    };
    expect(await told(files, 'networks.n.ipam.config[0].gateway')).toMatchInlineSnapshot(`
      "networks.n.ipam.config[0].gateway = "10.1.0.9"
        + compose.override.yaml:3:52 override file says "10.1.0.9""
    `);
  });

  it('that an env file takes over from outside is told as such', async () => {
    const files = { ...compose('services: {web: {image: x, env_file: a.env}}\n'), 'a.env': 'TERM\n' };
    const options = { environment: { TERM: 'dumb' } };
    expect(await told(files, 'services.web.environment.TERM', options)).toMatchInlineSnapshot(
      `"services.web.environment.TERM = "dumb" (a bare name in an env_file takes it over; process environment)"`,
    );
  });

  it('that is a path says where it starts from', async () => {
    const files = compose('services:\n  web:\n    image: x\n    volumes: ["./src:/src"]\n');
    expect(await told(files, 'services.web.volumes[0].source')).toMatchInlineSnapshot(`
      "services.web.volumes[0].source = "/project/src"
      "./src" is a path; it starts from /project
        + compose.yaml:4:15 base file says "./src""
    `);
  });
});

describe('an item of a list', () => {
  const files = {
    'compose.yaml':
      'services:\n  web:\n    image: x\n    volumes: ["data:/a", "old:/b"]\nvolumes: {data: , old: , new: }\n',
    'compose.override.yaml': 'services:\n  web:\n    volumes: ["new:/b"]\n',
  };

  it('replaces the one of the same meaning', async () => {
    expect(await told(files, 'services.web.volumes[1].source')).toMatchInlineSnapshot(`
      "services.web.volumes[1].source = "new"
      rule: an item replaces an earlier one with the same target
        - compose.yaml:4:26 base file says "old"
        + compose.override.yaml:3:15 override file says "new""
    `);
    expect(await told(files, 'services.web.volumes[0].source')).toMatchInlineSnapshot(`
      "services.web.volumes[0].source = "data"
        + compose.yaml:4:15 base file says "data""
    `);
  });

  it('is one of several, and the list says how they came together', async () => {
    expect(await told(files, 'services.web.volumes')).toMatchInlineSnapshot(`
      "services.web.volumes = [{"type":"volume","source":"data","target":"/a","volume":{}},{"type":"volume","source":"new","target":"/b","volume":{}}]
      rule: the lists one after the other; an item replaces an earlier one with the same target
        + compose.yaml:4:5 base file says [{"source":"data","target":"/a","type":"volume","volume":{}},{"source":"old","target":"/b","type":"volume","volume":{}}]
        + compose.override.yaml:3:5 override file says [{"source":"new","target":"/b","type":"volume","volume":{}}]
      - services.web.volumes[0].type = "volume" (short form: a path is a bind mount, a name a volume)
        + compose.yaml:4:15 base file
      - services.web.volumes[0].source = "data"
        + compose.yaml:4:15 base file
      - services.web.volumes[0].target = "/a"
        + compose.yaml:4:15 base file
      - services.web.volumes[0].volume = {} (default of Compose)
        + compose.yaml:4:15 base file
      - services.web.volumes[1].type = "volume" (short form: a path is a bind mount, a name a volume)
        - compose.yaml:4:26 base file
        + compose.override.yaml:3:15 override file
      - services.web.volumes[1].source = "new"
        - compose.yaml:4:26 base file
        + compose.override.yaml:3:15 override file
      - services.web.volumes[1].target = "/b"
        - compose.yaml:4:26 base file
        + compose.override.yaml:3:15 override file
      - services.web.volumes[1].volume = {} (default of Compose)
        - compose.yaml:4:26 base file
        + compose.override.yaml:3:15 override file"
    `);
  });
});

describe('a path', () => {
  const files = compose(
    'services:\n  web:\n    image: x\n    labels: {com.example.a: "1", com: "2"}\n  __proto__: {image: y}\n',
  );

  it('may have keys with dots, quoted or not', async () => {
    const { explanation } = await explain(files, 'services.web.labels.com.example.a');
    expect(explanation?.value).toBe('1');
    expect((await explain(files, 'services.web.labels["com.example.a"]')).explanation?.value).toBe('1');
    expect((await explain(files, 'services.web.labels.com')).explanation?.value).toBe('2');
    expect((await explain(files, 'services.__proto__.image')).explanation?.value).toBe('y');
  });

  it.each([
    'services.web.imag',
    'services.wep.image',
    'servces',
    'services.web.image.tag',
    'services.web.labels[0]',
    '',
    'constructor',
  ])('%j leads nowhere, and the hint says where to go', async (path) => {
    expect(await told(files, path)).toMatchSnapshot();
  });

  it('of a file with mistakes gives the mistakes', async () => {
    const { explanation, diagnostics } = await explain(
      compose('services: {web: {imagee: x}}'),
      'services.web',
    );
    expect(explanation).toBeUndefined();
    expect(diagnostics.map(({ code }) => code)).toEqual(['compose.unknown-key']);
  });
});

it('takes time in proportion to the number of values', async () => {
  const seconds = async (count: number): Promise<number> => {
    const services = Array.from(
      { length: count },
      (_, index) => `  s${index}: {image: x, tty: true, init: true}`,
    );
    const files = { 'compose.yaml': `services:\n${services.join('\n')}\n` };
    const before = process.cpuUsage();
    expect((await explain(files, 'services')).leaves.length).toBeGreaterThan(3 * count);
    return process.cpuUsage(before).user / 1e6;
  };
  await seconds(50);
  const [small, large] = [await seconds(250), await seconds(2000)];
  // The square would be 64 times as long; a tenth of a second is the noise of collecting garbage.
  expect(large).toBeLessThan(24 * (small + 0.1));
});
