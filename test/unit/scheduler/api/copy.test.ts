import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectName, serviceName } from '../../../../src/core/ids.ts';
import { labels } from '../../../../src/core/labels.ts';
import {
  copyContainers,
  copyFrom,
  copyInto,
  createFakeEngine,
  createSession,
} from '../../../../src/index.ts';
import { plainSpec } from '../../../support/plain-spec.ts';

const project = projectName('shop');
const service = serviceName('web');

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'flotilla-copy-'));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

async function open() {
  const engine = createFakeEngine();
  const session = createSession({ driver: engine.driver });
  for (const [name, number, oneOff] of [
    ['shop-web-2', '2', 'False'],
    ['shop-web-1', '1', 'False'],
    ['shop-a-run', '1', 'True'],
  ] as const) {
    const own = {
      [labels.project]: project,
      [labels.service]: service,
      [labels.configHash]: 'x',
      [labels.containerNumber]: number,
      [labels.oneOff]: oneOff,
    };
    await engine.driver.createContainer(
      { ...plainSpec, project, service, name, image: 'busybox', labels: own },
      {},
    );
  }
  const names = async (more: { readonly index?: number; readonly oneOffs?: boolean } = {}) =>
    (await copyContainers(session, { projectName: project, service, oneOffs: false, ...more })).map(
      ({ name }) => name,
    );
  const [container] = await copyContainers(session, { projectName: project, service, oneOffs: false });
  if (container === undefined) throw new Error('there are containers');
  return { session, container, names };
}

const onLeftOut = () => {};

describe('copies', () => {
  it('are of all replicas or one, running or not, and with one-off containers when asked', async () => {
    const { names, session } = await open();
    expect(await names()).toEqual(['shop-web-1', 'shop-web-2']);
    expect(await names({ oneOffs: true })).toEqual(['shop-web-1', 'shop-web-2', 'shop-a-run']);
    expect(await names({ index: 2, oneOffs: true })).toEqual(['shop-web-2']);
    await expect(names({ index: 3 })).rejects.toThrow('service "web" is not running container #3');
    await expect(
      copyContainers(session, { projectName: project, service: serviceName('db'), oneOffs: true }),
    ).rejects.toThrow('no container found for service "db"');
  });

  it('go in and come out again', async () => {
    const { session, container } = await open();
    mkdirSync(join(top, 'src/sub'), { recursive: true });
    writeFileSync(join(top, 'src/sub/b'), 'b');
    const source = join(top, 'src');
    const into = { path: '/data', ownedByUser: false, followLinks: false, onLeftOut };
    await copyInto(session, container, { ...into, source });
    await copyInto(session, container, { ...into, source });
    await copyInto(session, container, { ...into, source: `${source}/.`, path: 'data/sub/' });
    const from = { path: '/data', followLinks: false, keepOwners: false, onLeftOut };
    await copyFrom(session, container, { ...from, destination: join(top, 'out') });
    for (const path of ['sub/b', 'src/sub/b', 'sub/sub/b']) {
      expect(readFileSync(join(top, 'out', path), 'utf8')).toBe('b');
    }
    await copyFrom(session, container, { ...from, path: '/data/sub/b', destination: join(top, 'file') });
    expect(readFileSync(join(top, 'file'), 'utf8')).toBe('b');
  });

  it('say what is in the way', async () => {
    const { session, container } = await open();
    writeFileSync(join(top, 'a'), 'a');
    const into = { ownedByUser: false, followLinks: false, onLeftOut };
    await copyInto(session, container, { ...into, source: join(top, 'a'), path: '/a' });
    const nothing = (async function* () {})();
    await expect(copyInto(session, container, { ...into, source: nothing, path: '/a' })).rejects.toThrow(
      'destination "shop-web-1:/a" must be a directory',
    );
    await expect(copyInto(session, container, { ...into, source: top, path: '/a' })).rejects.toThrow(
      'cannot copy directory: "/a" is a file',
    );
    await expect(
      copyInto(session, container, { ...into, source: join(top, 'a'), path: '/new/' }),
    ).rejects.toThrow('no such directory: "/new/"');
    const from = { followLinks: false, keepOwners: false, onLeftOut };
    await expect(copyFrom(session, container, { ...from, path: '/nope', destination: top })).rejects.toThrow(
      'Could not find the file /nope in container shop-web-1',
    );
  });
});
