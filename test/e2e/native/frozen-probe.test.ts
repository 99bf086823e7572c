import { expect, it } from 'vitest';
import { images, useNativeEngine } from '../../support/engine.ts';
import { succeed } from '../succeed.ts';

const engine = useNativeEngine();

interface JsonEvent {
  readonly action: string;
  readonly attributes: Readonly<Record<string, string>>;
}

it('a health check that is held still with its container says nothing of its health', async () => {
  const project = await engine.project({
    'compose.yaml': `
services:
  web:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    stop_grace_period: 0s
    healthcheck:
      test: "[ ! -e /slow ] || { rm /slow; touch /begun; sleep 1000; }"
      interval: 100ms
      timeout: 5s
      retries: 1
`,
  });
  const past = ['events', '--since', '5m', '--until', '0s', '--json'];
  const told = async (): Promise<readonly string[]> => {
    const { stdout } = await succeed(project.flotilla(past));
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonEvent)
      .map(({ action, attributes }) => `${action} ${attributes['exitCode'] ?? ''}`);
  };
  await succeed(project.flotilla(['up', '-d', '--wait']));
  await succeed(project.flotilla(['exec', '-T', 'web', 'touch', '/slow']));
  const hasBegun = async () =>
    (await project.flotilla(['exec', '-T', 'web', 'test', '-e', '/begun'])).exitCode;
  await expect.poll(hasBegun).toBe(0);
  await succeed(project.flotilla(['pause']));
  await expect.poll(told, { timeout: 20_000 }).toContain('exec_die 137');
  await succeed(project.flotilla(['unpause']));
  const later = async () => {
    const all = await told();
    return all.slice(all.indexOf('exec_die 137'));
  };
  await expect.poll(later, { timeout: 20_000 }).toContain('exec_die 0');
  expect((await told()).filter((each) => each.startsWith('health_status'))).toEqual([
    'health_status: healthy ',
  ]);
});
