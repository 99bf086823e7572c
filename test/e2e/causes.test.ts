import { expect, it } from 'vitest';
import { images, onlyOnDocker, useEngine } from '../support/engine.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const file = (level: string, password: string) => `
services:
  web:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    environment: {LOG_LEVEL: ${level}, API_PASSWORD: ${password}}
`;

it('says which fields made it replace a container, and does not show secrets', async () => {
  const project = await engine.project({ 'compose.yaml': file('info', 'hunter2') });
  await succeed(project.flotilla(['up', '-d']));
  project.write('compose.yaml', file('debug', 'hunter3'));
  const { stderr } = await succeed(project.flotilla(['--progress', 'plain', 'up', '-d']));
  expect(stderr).toContain(
    'Recreate: environment.API_PASSWORD changed, environment.LOG_LEVEL "info" -> "debug"',
  );
  expect(stderr).not.toContain('hunter');
});

onlyOnDocker('docker compose makes the container', () => {
  it('says that it does not know the field when docker compose made the container', async () => {
    const project = await engine.project({ 'compose.yaml': file('info', 'a') });
    await succeed(project.compose(['up', '-d']));
    project.write('compose.yaml', file('debug', 'a'));
    const { stderr } = await succeed(project.flotilla(['--progress', 'plain', 'up', '-d']));
    expect(stderr).toContain('Recreate: its configuration changed');
  });
});
