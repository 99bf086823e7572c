import { describe, expect, it } from 'vitest';
import { useEngine } from '../support/engine.ts';
import { composeFile, states, stubborn } from './foreground-lines.ts';

const engine = useEngine();

describe('Ctrl+C during down', () => {
  it('says what is being finished; the second one does not wait for it', async () => {
    const project = await engine.project(
      composeFile({ web: { command: stubborn, rest: '    stop_grace_period: 1h\n' } }),
    );
    await project.flotilla(['up', '-d']);
    const down = project.startFlotilla(['down']);
    await down.output(/Container \S+-web-1 {2}Stopping/);
    down.signal('SIGINT');
    await down.output(/finishing Container/);
    expect(down.stderr.replaceAll(project.name, 'shop')).toMatchInlineSnapshot(`
      " Container shop-web-1  Stopping
      nothing more is begun; finishing Container shop-web-1 [run.cancelled]
      hint: Press Ctrl+C again to stop at once.
      "
    `);
    down.signal('SIGINT');
    expect(await down.done).toMatchObject({ exitCode: 130 });
    expect(await states(project)).toEqual({ web: 'running' });
    expect(await project.flotilla(['down', '-t', '0'])).toMatchObject({ exitCode: 0 });
    expect(await project.leftovers()).toEqual([]);
  });
});
