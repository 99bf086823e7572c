import { describe, expect, it } from 'vitest';
import { loadProject, type Project, type Service } from '../../../src/index.ts';
import { containerSpec, definitionChanges, formatChange } from '../../../src/scheduler/desired/index.ts';
import { memoryFiles } from '../compose/support.ts';

async function serviceOf(text: string): Promise<{ project: Project; service: Service }> {
  const { project } = await loadProject({
    cwd: '/shop',
    home: '/home/user',
    environment: {},
    files: memoryFiles(new Map([['/shop/compose.yaml', text]])),
  });
  const [service] = project?.services.values() ?? [];
  if (project === undefined || service === undefined) throw new Error('no service');
  return { project, service };
}

function labelOf({ project, service }: { project: Project; service: Service }): string {
  return containerSpec(project, service, { number: 1, links: [] }).labels['dev.flotilla.definition'] ?? '';
}

async function changes(before: string, after: string): Promise<readonly string[] | undefined> {
  const now = await serviceOf(after);
  return definitionChanges(labelOf(await serviceOf(before)), now.project, now.service)?.map((change) =>
    formatChange(change),
  );
}

describe('the definition that a container carries', () => {
  it('tells which fields changed, and how', async () => {
    expect(
      await changes(
        `services:
  web:
    image: nginx:1.27
    command: [nginx, -g, daemon off;]
    environment: {LOG_LEVEL: info, OLD: "1"}
    ports: ["8080:80"]
`,
        `services:
  web:
    image: nginx:1.28
    command: [nginx-debug, -g, daemon off;]
    environment: {LOG_LEVEL: debug, NEW: "2"}
    ports: ["8081:80", "443:443"]
`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "command ["nginx","-g","daemon off;"] -> ["nginx-debug","-g","daemon off;"]",
        "environment.LOG_LEVEL "info" -> "debug"",
        "environment.OLD "1" is gone",
        "environment.NEW "2" is new",
        "image "nginx:1.27" -> "nginx:1.28"",
        "ports[0].published "8080" -> "8081"",
        "ports[1] {"mode":"ingress","target":443,"published":"443","protocol":"tcp"} is new",
      ]
    `);
  });

  it('has secrets as digests only, and tells that they changed without telling them', async () => {
    const file = (password: string) => `services:
  db:
    image: postgres
    environment: {POSTGRES_PASSWORD: ${password}, URL: "postgres://app:${password}@db/app"}
`;
    const label = labelOf(await serviceOf(file('hunter2')));
    expect(label).toMatchInlineSnapshot(
      `"{"command":null,"entrypoint":null,"environment":{"POSTGRES_PASSWORD":"flotilla-digest:6b594e0c","URL":"flotilla-digest:482676cc"},"image":"postgres","networks":{"default":null}}"`,
    );
    expect(await changes(file('hunter2'), file('hunter3'))).toEqual([
      'environment.POSTGRES_PASSWORD changed',
      'environment.URL changed',
    ]);
    expect(await changes(file('hunter2'), file('hunter2'))).toEqual([]);
  });

  it('has secrets of command lines as digests, too', async () => {
    const file = (password: string) => `services:
  db: {image: x, command: [serve, --password, ${password}, --token=${password}, --port, "80"]}
`;
    expect(labelOf(await serviceOf(file('hunter2')))).not.toContain('hunter2');
    expect(await changes(file('hunter2'), file('hunter3'))).toMatchInlineSnapshot(`
      [
        "command changed",
      ]
    `);
  });

  it('says nothing about a container that another tool made, or whose label is damaged', async () => {
    const now = await serviceOf('services: {web: {image: nginx}}');
    expect(definitionChanges(undefined, now.project, now.service)).toBeUndefined();
    expect(definitionChanges('{"image":', now.project, now.service)).toBeUndefined();
  });

  it('is left away when it would be long', async () => {
    const text = `services: {web: {image: nginx, labels: {long: ${'x'.repeat(40_000)}}}}`;
    expect(labelOf(await serviceOf(text))).toBe('');
  });
});
