import { expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const file = (extra = '') => `${extra}
services:
  db: {image: ${images.busybox}, init: true, command: sleep 1000, healthcheck: {test: "true", interval: 10m}}
  web: {image: ${images.busybox}, init: true, command: sleep 1000, depends_on: {db: {condition: service_healthy}}}
`;

it.each([
  ['by its flag', file(), ['--fast-ready'], {}],
  ['by a variable', file(), [], { FLOTILLA_FAST_READY: '1' }],
  ['by the file', file('x-flotilla: {fast_ready: true}'), [], {}],
])(
  'does not wait for the interval of a health check, %s, and does not change the container',
  async (_, text, flags, env) => {
    const project = await engine.project({ 'compose.yaml': text });
    await succeed(project.flotilla(['up', '-d', ...flags], { env }));
    const [db, web] = await project.containers();
    expect([db?.state, web?.state]).toEqual(['running', 'running']);
    // The native engine probes at once by itself.
    const health = async () => (await engine.docker.inspect(db?.id ?? ''))?.health;
    if (engine.runtime === 'docker') expect(await health()).toBe('starting');
    else await expect.poll(health, { timeout: 10_000 }).toBe('healthy');
    expect((await project.flotilla(['plan', '--exit-code'])).exitCode).toBe(0);
  },
);
