import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadLibc } from '../../../src/runtime/native/system/libc.ts';
import { tarParser } from '../../../src/runtime/tar/parser.ts';
import { images, useNativeEngine } from '../../support/engine.ts';
import { succeed } from '../succeed.ts';

const engine = useNativeEngine();
const attribute = 'security.capability';
/** As `setcap cap_net_raw+ep` writes it. */
const rawSockets = Buffer.from('0100000200200000000000000000000000000000', 'hex');

async function world() {
  const project = await engine.project({
    'compose.yaml': `services: {web: {image: ${images.busybox}, command: sleep 1000, stop_grace_period: 0s}}`,
  });
  await succeed(project.flotilla(['up', '-d']));
  await succeed(project.flotilla(['exec', 'web', 'sh', '-c', 'cp /bin/busybox /tool; mkdir /folder']));
  const [web] = await project.containers();
  const upper = (id: string | undefined) => join(engine.root, 'lib/containers', id ?? '', 'upper');
  return { project, libc: await loadLibc(), upper: upper(web?.id) };
}

test('rights that a program has by its file are in archives and images of its container', async () => {
  const { project, libc, upper } = await world();
  libc.setxattr(join(upper, 'tool'), attribute, rawSockets);
  await succeed(project.flotilla(['commit', 'web', 'localhost/tool:1']));
  const layers = join(engine.root, 'lib/images/layers');
  const places = readdirSync(layers).map((name) => join(layers, name, 'root/tool'));
  const found = places.map((place) => {
    try {
      return libc.getxattr(place, attribute);
    } catch {
      return undefined;
    }
  });
  expect(found.filter((value) => value !== undefined).map((value) => Buffer.from(value))).toEqual([
    rawSockets,
  ]);

  const exporting = project.spawnFlotilla(['export', 'web']);
  const attributes = new Map<string, ReadonlyMap<string, string>>();
  const ignore = () => undefined;
  const parser = tarParser(
    {
      entry: ({ name, xattrs }) => void (xattrs.size > 0 && attributes.set(name, xattrs)),
      content: ignore,
      entryEnd: ignore,
    },
    'the export',
  );
  for await (const piece of exporting.stdout) parser.push(piece as Uint8Array);
  parser.end();
  expect([...attributes]).toEqual([['tool', new Map([[attribute, rawSockets.toString('latin1')]])]]);
});

test('what no layer can say is refused', async () => {
  const { project, libc, upper } = await world();
  // As the kernel notes it where it is allowed to: this one has come from somewhere else.
  libc.setxattr(join(upper, 'folder'), 'trusted.overlay.redirect', Buffer.from('/usr'));
  const { exitCode, stderr } = await project.flotilla(['commit', 'web', 'localhost/tool:2']);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('[engine.capability]')]);
  expect((await project.containers())[0]?.state).toBe('running');
  expect((await project.flotilla(['image', 'history', 'localhost/tool:2'])).exitCode).toBe(1);
});
