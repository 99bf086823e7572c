import { beforeAll, describe, expect, it } from 'vitest';
import type { DockerHelper } from '../support/docker.ts';
import { healthySoon, images, onlyOnDocker, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { attributeProject } from './attributes.ts';
import { differences, inspectAll, inspectResources } from './inspections.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

describe('a file that has every attribute', () => {
  it('is brought up, leaves nothing to do for the next up, and goes without a trace', async () => {
    const project = await engine.project(attributeProject(engine.runtime === 'native'));
    const ids = async () => (await project.containers()).map(({ name, id }) => `${name} ${id}`);
    await succeed(project.flotilla(['up', '--no-start']));
    const before = await ids();
    await succeed(project.flotilla(['up', '--no-start']));
    expect(await ids()).toEqual(before);
    await succeed(project.flotilla(['down', '-v']));
    expect(await project.leftovers()).toEqual([]);
  });
});

onlyOnDocker('docker compose takes turns', () => {
  describe('docker compose and Flotilla with one file', () => {
    describe('that has every attribute', () => {
      let project: TestProject;
      let byCompose: Awaited<ReturnType<typeof inspectAll>>;
      let byFlotilla: Awaited<ReturnType<typeof inspectAll>>;
      let newer = false;

      const look = async () => ({
        ...(await inspectAll(engine.docker, project.name)),
        ...(await inspectResources(engine.docker, project.name)),
      });
      const containers = async () =>
        (await project.containers()).map(({ name, id }) => `${name} ${id.slice(0, 12)}`);

      beforeAll(async () => {
        const { ApiVersion } = (await engine.docker.call('GET', '/version')) as {
          readonly ApiVersion: string;
        };
        newer = Number(ApiVersion.split('.')[1]) >= 48;
        project = await engine.project(attributeProject(newer));
      });

      it('recreates nothing when Flotilla follows docker compose', async () => {
        await succeed(project.compose(['up', '--no-start']));
        byCompose = await look();
        const before = await containers();
        await succeed(project.flotilla(['up', '--no-start']));
        expect(changed(before, await containers())).toEqual([]);
        await succeed(project.flotilla(['down', '-v']));
        expect(await project.leftovers()).toEqual([]);
      });

      it('recreates nothing when docker compose follows Flotilla', async () => {
        await succeed(project.flotilla(['up', '--no-start']));
        byFlotilla = await look();
        const before = await containers();
        await succeed(project.compose(['up', '--no-start']));
        expect(changed(before, await containers())).toEqual(bindsOf(project));
        await succeed(project.compose(['down', '-v']));
        expect(await project.leftovers()).toEqual([]);
      });

      it('gets the same containers, networks and volumes from both, but for what docs/differences.md lists', () => {
        expect(Object.keys(byFlotilla)).toEqual(Object.keys(byCompose));
        const unlisted = differences(byCompose, byFlotilla).filter(
          (difference) => !listed.some((pattern) => pattern.test(difference)),
        );
        expect(unlisted).toEqual([]);
      });
    });

    describe('taking turns on one project', () => {
      const file = `
services:
  db: {image: ${images.busybox}, init: true, command: sh -c "echo ready; exec sleep 1000", volumes: ['data:/data', /anonymous], ${healthySoon}}
  job: {image: ${images.busybox}, command: "true", depends_on: {db: {condition: service_healthy}}}
  web: {image: ${images.busybox}, init: true, command: sh -c "echo ready; echo trouble >&2; exec sleep 1000", depends_on: {job: {condition: service_completed_successfully}}, scale: 2, networks: [default, back], ports: ['80']}
  side: {image: ${images.busybox}, init: true, command: sleep 1000, network_mode: 'service:db', pid: 'service:db', volumes_from: ['db:ro']}
networks: {back: {internal: true}}
volumes: {data: {labels: {a: b}}}
`;
      const pairs = [
        ['flotilla', 'compose'],
        ['compose', 'flotilla'],
      ] as const;

      it.each(pairs)(
        'what %s started, %s lists, follows, enters, keeps and removes',
        async (first, second) => {
          const project = await engine.project({ 'compose.yaml': file });
          await succeed(project[first](['up', '-d']));
          const started = await running(project, engine.docker);

          const list = async (tool: 'compose' | 'flotilla') => {
            const { stdout } = await succeed(project[tool](['ps', '-a', '--format', 'json']));
            return stdout.trim().split('\n').map(comparable);
          };
          expect(await list(second)).toHaveLength(5);
          expect(await list('flotilla')).toEqual(await list('compose'));
          const names = async (tool: 'compose' | 'flotilla') =>
            (await succeed(project[tool](['ps', '-aq']))).stdout.trim().split('\n').sort();
          expect(await names('flotilla')).toEqual(await names('compose'));

          const { stdout: logs } = await succeed(project[second](['logs', '--no-color']));
          // docker compose pads to the longest name that it has met so far, whichever that is.
          expect(logs.replace(/ +\|/g, ' |').trim().split('\n').sort()).toEqual([
            'db-1 | ready',
            'web-1 | ready',
            'web-1 | trouble',
            'web-2 | ready',
            'web-2 | trouble',
          ]);
          const { stdout: said } = await succeed(
            project[second](['exec', '-T', '--index', '2', 'web', 'hostname']),
          );
          expect(started.find((entry) => entry.startsWith('web-2 '))).toContain(` ${said.trim()}`);
          expect(await project[second](['exec', '-T', 'web', 'sh', '-c', 'exit 9'])).toMatchObject({
            exitCode: 9,
          });

          await succeed(project[second](['up', '-d']));
          await succeed(project[first](['up', '-d']));
          expect(await running(project, engine.docker)).toEqual(started);

          await succeed(project[second](['down']));
          expect(await project.leftovers()).toEqual([`volume ${project.name}_data`]);
          await succeed(project[first](['up', '-d']));
          project.write('compose.yaml', file.replace('  side:', '  aside:'));
          await succeed(project[second](['down', '-v', '--remove-orphans']));
          expect(await project.leftovers()).toEqual([]);
        },
      );

      it.each(pairs)('what %s started, %s removes by its name alone', async (first, second) => {
        const project = await engine.project({ 'compose.yaml': file });
        await succeed(project[first](['up', '-d']));
        const elsewhere = { cwd: '/' };
        const { stdout } = await succeed(
          project[second](['-p', project.name, 'ps', '--services'], elsewhere),
        );
        expect(stdout.trim().split('\n').sort()).toEqual(['db', 'side', 'web']);
        await succeed(project[second](['-p', project.name, 'down', '-v'], elsewhere));
        expect(await project.leftovers()).toEqual([]);
      });
    });
  });
});

/** Each has a paragraph in docs/differences.md; but the engine itself gives networks another subnet each time. */
const listed: readonly RegExp[] = [
  /^IPAM\/Config\/0\/(Subnet|Gateway): .* \((networks\/PROJECT_(default|back)(, )?)+\)$/,
  /^Config\/AttachStd(out|err): true -> false/,
  /^Config\/Labels\/dev\.flotilla\.(?:definition|content): undefined -> "\{/,
  /^(Config\/)?Labels\/com\.docker\.compose\.version: /,
  /^Config\/Labels\/com\.docker\.compose\.depends_on: .* \((links|depends)-1\)$/,
  /^Config\/ExposedPorts\/.* \(expose-1\)$/,
  /^Config\/StopTimeout: 0 -> 1 \(stop-fraction-1\)$/,
  /^HostConfig\/CapAdd\/\d: "CAP_(\w+)" -> "\1" /,
  /^(HostConfig\/)?(Binds|Mounts)\/.* \(binds-1\)$/,
  /^(HostConfig\/VolumesFrom|Mounts)\/.* \(volumes-from-ro-1\)$/,
  /^Networks\/PROJECT_front\/IPAddress: "[\d.]+" -> "" /,
];

/** Docker compose 2.x writes bind mounts into its hash in another way than 5.x, whose way is Flotilla's. */
function bindsOf(project: TestProject): readonly string[] {
  return [`${project.name}-binds-1`];
}

function changed(before: readonly string[], after: readonly string[]): readonly string[] {
  return before.filter((entry) => !after.includes(entry)).map((entry) => entry.split(' ')[0] ?? '');
}

/** `web-1 <id> running <since>` of the containers that run; a one-shot runs again with every up. */
async function running(project: TestProject, docker: DockerHelper): Promise<readonly string[]> {
  const containers = (await project.containers()).filter(({ service }) => service !== 'job');
  return Promise.all(
    containers.map(async ({ id, name }) => {
      const seen = await docker.inspect(id);
      const display = name.slice(project.name.length + 1);
      return `${display} ${id.slice(0, 12)} ${seen?.state} ${seen?.startedAt}`;
    }),
  );
}

/** A row of `ps --format json` without what passes with time, lists that docker compose shuffles sorted. */
function comparable(line: string): unknown {
  const { RunningFor: _, ...row } = JSON.parse(line) as Record<string, unknown>;
  const sorted = (list: unknown) => String(list).split(',').sort();
  return {
    ...row,
    Status: String(row['Status']).replace(/\d+ seconds?|About a minute|Less than a second/, 'TIME'),
    Labels: sorted(row['Labels']),
    Mounts: sorted(row['Mounts']),
    Networks: sorted(row['Networks']),
  };
}
