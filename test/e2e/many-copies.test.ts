import { describe, expect, it } from 'vitest';
import { healthySoon, images, useEngine } from '../support/engine.ts';
import { succeed } from './succeed.ts';

const copies = 20;

const file = `
services:
  db:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    volumes: ['data:/data']
    ${healthySoon}
  web:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    depends_on: {db: {condition: service_healthy}}
volumes: {data: {}}
`;

// Twenty processes share the machine's cores.
describe('copies of one project side by side', { timeout: 300_000 }, () => {
  const engine = useEngine();

  it(`all come up and go down at the same time, ${copies} of them, and leave nothing`, async () => {
    const projects = await Promise.all(
      Array.from({ length: copies }, () => engine.project({ 'compose.yaml': file })),
    );
    await Promise.all(projects.map((project) => succeed(project.flotilla(['up', '-d', '--wait']))));
    for (const project of projects) {
      const seen = (await project.containers()).map(({ name, state }) => `${name} ${state}`);
      expect(seen).toEqual(['db', 'web'].map((service) => `${project.name}-${service}-1 running`));
    }
    await Promise.all(projects.map((project) => succeed(project.flotilla(['down', '-v']))));
    expect((await Promise.all(projects.map((project) => project.leftovers()))).flat()).toEqual([]);
  });
});
