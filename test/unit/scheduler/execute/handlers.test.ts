import { expect, it } from 'vitest';
import { FlotillaError } from '../../../../src/core/error.ts';
import { containerId, stepId } from '../../../../src/core/ids.ts';
import { createFakeEngine } from '../../../../src/index.ts';
import { handlers } from '../../../../src/scheduler/execute/handlers.ts';

it('names a container as people know it, where the engine speaks of its id', async () => {
  const id = containerId('b7315e169472'.padEnd(64, '0'));
  const { driver } = createFakeEngine({
    failures: [
      {
        verb: 'stopContainer',
        error: new FlotillaError('engine.request', `cannot stop container ${id.slice(0, 12)}: it is ${id}`),
      },
    ],
  });
  const context = { driver, made: new Map([[stepId('container.create', 'web/1'), id]]) } as never;
  const container = { kind: 'existing', id, name: 'shop-web-1' } as const;
  await expect(
    handlers['container.stop'](
      { container },
      {
        context,
        signal: new AbortController().signal,
        progress: () => {},
        say: () => {},
        made: () => {},
        note: () => {},
      },
    ),
  ).rejects.toMatchObject({
    code: 'engine.request',
    message: 'cannot stop container shop-web-1: it is shop-web-1',
  });
});
