import { describe, expect, it } from 'vitest';
import { renderModel, renderProject } from '../../../src/compose/index.ts';
import type { LoadOptions } from '../../../src/compose/load-options.ts';
import { load, printed } from './support.ts';

async function shown(file: string, skip: LoadOptions['skip'] = {}): Promise<string> {
  const environment = { SET: 'set' };
  const { plainModel, diagnostics } = await load(file, {
    environment,
    skip: { ...skip, interpolation: true },
  });
  const model = plainModel();
  return model === undefined ? printed(diagnostics) : renderModel(model, 'yaml');
}

describe('a model with its variables', () => {
  it('keeps the forms of the file, and lists of pairs where files meet', async () => {
    expect(
      await shown(`
name: \${NAME:-My}-app
services:
  a: {image: "x:\${T}", environment: [SET, A=1], build: {args: [SET, B=2], sbom: true}, tmpfs: /t, ports: ["\${P}:80", {target: 1, published: 2}]}
  b: {image: x, environment: {SET: }, deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}}
---
services:
  a: {environment: {A: 2, C: }, extra_hosts: {h: 1.1.1.1}}
`),
    ).toMatchInlineSnapshot(`
      "name: name-my-app
      networks:
        default:
          name: name-my-app_default
      services:
        a:
          build:
            args:
              - B=2
            context: /project
            dockerfile: Dockerfile
            sbom: "true"
          environment:
            - SET
            - A=2
            - C
          extra_hosts:
            h: 1.1.1.1
          image: x:\${T}
          networks:
            default: null
          ports:
            - \${P}:80
            - mode: ingress
              protocol: tcp
              published: 2
              target: 1
          tmpfs: /t
        b:
          deploy:
            resources:
              reservations:
                devices:
                  - capabilities:
                      - gpu
                    count: all
          environment:
            SET: null
          image: x
          networks:
            default: null
      "
    `);
  });

  it('keeps the name as it is without normalisation', async () => {
    const file = `name: \${NAME:-My}-app\nservices: {a: {image: x}}`;
    expect(await shown(file, { normalization: true })).toContain(`name: \${NAME:-My}-app\n`);
  });

  it('is bound to types on request, when its variables allow it', async () => {
    const options = { skip: { interpolation: true }, bindVariables: true };
    const { project } = await load('services: {a: {image: "x:$T"}}', options);
    expect([...(project?.services.values() ?? [])].map(({ image }) => image)).toEqual(['x:$T']);
    const { diagnostics } = await load('services: {a: {image: x, ports: ["$P:80"]}}', options);
    expect(diagnostics.map(({ message }) => message)).toEqual(['services.a.ports[0] must be a mapping']);
  });
});

describe('without consistency checks', () => {
  it('two mounts may have one place; services that no profile enables are not asked anyway', async () => {
    const twice = 'services: {a: {image: x, tmpfs: [/a, "/a:x"]';
    const refused = await load(`${twice}}}`);
    expect(refused.diagnostics.map(({ message }) => message)).toEqual([
      'services.a.tmpfs[1]: target /a already mounted as services.a.tmpfs[0]',
    ]);
    expect((await load(`${twice}}}`, { skip: { consistency: true } })).project).toBeDefined();
    expect((await load(`${twice}, profiles: [p]}, b: {image: x}}`)).project).toBeDefined();
  });
});

describe('without env files', () => {
  it('label files are read, and what is wrong with env files does not matter', async () => {
    const { project } = await load(
      {
        'compose.yaml':
          'services: {a: {image: x, env_file: [{path: no.env, format: odd}], label_file: l.env}}',
        'l.env': 'L=l',
      },
      { skip: { environmentResolution: true } },
    );
    expect(project && renderProject(project, { format: 'yaml' })).toMatchInlineSnapshot(`
      "name: project
      services:
        a:
          env_file:
            - path: /project/no.env
              required: true
              format: odd
          image: x
          labels:
            L: l
          networks:
            default: null
      networks:
        default:
          name: project_default
      "
    `);
  });
});

describe('COMPOSE_COMPATIBILITY', () => {
  it.each([
    ['1', '_'],
    ['TRUE', '_'],
    ['y', '_'],
    ['yes', undefined],
    ['0', undefined],
  ])('%s joins names with %s', async (value, separator) => {
    const { project } = await load({
      'compose.yaml': 'services: {a: {image: x}}',
      '.env': `COMPOSE_COMPATIBILITY=${value}`,
    });
    expect(project?.separator).toBe(separator);
  });
});
