import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import { succeed } from './succeed.ts';

const file = `
services:
  web: {image: ${images.busybox}, init: true, command: sleep 1000}
  api: {image: ${images.busybox}, init: true, command: sleep 1000}
`;

describe('two networks of one name, as old engines let a race make them', () => {
  const engine = useEngine();

  const jammed = async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', '--no-start']));
    const network = (await engine.docker.call('GET', `/networks/${project.name}_default`)) as {
      readonly Name: string;
      readonly Labels: Readonly<Record<string, string>>;
    };
    await engine.docker.call('POST', '/networks/create', {
      Name: network.Name,
      Labels: network.Labels,
      CheckDuplicate: false,
    });
    return project;
  };

  it('are both taken away by down', async () => {
    const project = await jammed();
    await succeed(project.flotilla(['down']));
    expect(await project.leftovers()).toEqual([]);
  });

  it('are made one by the next up', async () => {
    const project = await jammed();
    await succeed(project.flotilla(['up', '-d', '--wait']));
    expect(await engine.docker.networks(project.name)).toEqual([`${project.name}_default`]);
    expect((await project.containers()).map(({ state }) => state)).toEqual(['running', 'running']);
  });

  it('leave a project that the next up mends when two commands ran at once', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await Promise.all([project.flotilla(['up', '-d']), project.flotilla(['up', '-d'])]);
    await succeed(project.flotilla(['up', '-d', '--wait']));
    expect(await engine.docker.networks(project.name)).toEqual([`${project.name}_default`]);
    expect((await project.containers()).map(({ name }) => name)).toEqual([
      `${project.name}-api-1`,
      `${project.name}-web-1`,
    ]);
    await succeed(project.flotilla(['down']));
    expect(await project.leftovers()).toEqual([]);
  });
});
