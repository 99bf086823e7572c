import { beforeAll, describe, expect, it } from 'vitest';
import { useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { attributeProject } from './attributes.ts';
import { differences, inspectAll } from './inspections.ts';
import { succeed } from './succeed.ts';

describe('docker compose and Flotilla with one file', () => {
  const engine = useEngine();

  describe('that has every attribute', () => {
    let project: TestProject;
    let byCompose: Awaited<ReturnType<typeof inspectAll>>;
    let byFlotilla: Awaited<ReturnType<typeof inspectAll>>;
    let newer = false;

    const containers = async () =>
      (await project.containers()).map(({ name, id }) => `${name} ${id.slice(0, 12)}`);

    beforeAll(async () => {
      const { ApiVersion } = (await engine.docker.call('GET', '/version')) as { readonly ApiVersion: string };
      newer = Number(ApiVersion.split('.')[1]) >= 48;
      project = await engine.project(attributeProject(newer));
    });

    it('recreates nothing when Flotilla follows docker compose', async () => {
      await succeed(project.compose(['up', '--no-start']));
      byCompose = await inspectAll(engine.docker, project.name);
      const before = await containers();
      await succeed(project.flotilla(['up', '--no-start']));
      expect(changed(before, await containers())).toEqual([]);
      await succeed(project.flotilla(['down', '-v']));
      expect(await project.leftovers()).toEqual([]);
    });

    it('recreates nothing when docker compose follows Flotilla', async () => {
      await succeed(project.flotilla(['up', '--no-start']));
      byFlotilla = await inspectAll(engine.docker, project.name);
      const before = await containers();
      await succeed(project.compose(['up', '--no-start']));
      expect(changed(before, await containers())).toEqual(bindsOf(project));
      await succeed(project.compose(['down', '-v']));
      expect(await project.leftovers()).toEqual([]);
    });

    it('gets the same containers from both, but for what docs/differences.md lists', () => {
      expect(Object.keys(byFlotilla)).toEqual(Object.keys(byCompose));
      const unlisted = differences(byCompose, byFlotilla).filter(
        (difference) => !listed.some((pattern) => pattern.test(difference)),
      );
      expect(unlisted).toEqual([]);
    });
  });
});

/** Each has a paragraph in docs/differences.md. */
const listed: readonly RegExp[] = [
  /^Config\/AttachStd(out|err): true -> false/,
  /^Config\/Labels\/com\.docker\.compose\.version: /,
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
