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
    const raw = (await engine.docker.inspect(db?.id ?? ''))?.raw as unknown as {
      readonly Config: { readonly Healthcheck: unknown };
      readonly State: { readonly Health: { readonly Status: string } };
    };
    expect(raw.Config.Healthcheck).toEqual({ Test: ['CMD-SHELL', 'true'], Interval: 600e9 });
    expect(raw.State.Health.Status).toBe('starting');
  },
);
