import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Bytes } from '../../../src/core/units.ts';
import type { ContainerSpec, Driver } from '../../../src/runtime/index.ts';
import { createLab, type Lab } from '../../contract/lab.ts';
import { type Program, programs } from '../../contract/programs.ts';
import { nativeEngine } from '../../support/native-engine.ts';
import { plainSpec } from '../../support/plain-spec.ts';

const engine = nativeEngine();
let driver: Driver;
let lab: Lab;
beforeAll(async () => {
  driver = await engine.connect();
  lab = createLab(driver, await engine.image('busybox'));
});
afterEach(() => lab.clear());
afterAll(async () => {
  await driver.close();
  await engine.remove();
});

const script = (shell: string): Program => ({ shell, fake: async () => 0 });
const status = "grep -E '^(CapEff|CapBnd|Seccomp):' /proc/self/status";

async function said(container: Parameters<Driver['exec']>[0], shell: string, more: object = {}) {
  const session = await driver.exec(container, {
    command: ['sh', '-c', shell],
    environment: [],
    privileged: false,
    tty: false,
    stdin: false,
    detach: false,
    ...more,
  });
  const chunks: Uint8Array[] = [];
  for await (const { data } of session.output) chunks.push(data);
  return Buffer.concat(chunks).toString().replaceAll('\t', ' ');
}

test('a command in a container is confined as the container is', async () => {
  const spec: Partial<ContainerSpec> = { ulimits: [{ name: 'core', soft: -1, hard: -1 }] };
  const id = await lab.start(programs.idle, spec);
  expect(await said(id, `${status}; unshare -U true 2>/dev/null || echo refused; ulimit -c`)).toBe(
    'CapEff: 00000000a80425fb\nCapBnd: 00000000a80425fb\nSeccomp: 2\nrefused\nunlimited\n',
  );
});

test('a command of another user has what that user may have, one with privileges all that there is', async () => {
  const id = await lab.start(programs.idle, { user: '1000' });
  const none = 'CapEff: 0000000000000000\nCapBnd: 00000000a80425fb\nSeccomp: 2\n';
  expect(await said(id, status)).toBe(none);
  expect(await said(id, status, { user: '77' })).toBe(none);
  expect(await said(id, status, { user: '0' })).toBe(none.replace('0000000000000000', '00000000a80425fb'));
  expect(await said(id, status, { user: '0', privileged: true })).toMatch(/^CapEff: 000001f/);
});

test('a container that the kernel killed for lack of memory says so', async () => {
  const hog = script('exec tail -c 190m /dev/zero');
  const size = (2 ** 24) as Bytes;
  const resources = { ...plainSpec.resources, memory: size, memorySwap: size };
  const details = await lab.run(hog, { resources });
  expect(details).toMatchObject({ exitCode: 137, oomKilled: true });
  expect((await lab.run(programs.exit, { args: ['0'] })).oomKilled).toBe(false);
});

test('what the engine has not is refused by the name of its field, and nothing is left', async () => {
  const wanted = lab.spec(programs.idle, { storageOptions: { size: '1G' } });
  await expect(driver.createContainer(wanted, {})).rejects.toMatchObject({
    code: 'engine.capability',
    message: 'the native engine cannot honour services.probe.storage_opt: its file systems have no quotas',
  });
  expect((await lab.snapshot()).containers).toEqual([]);
});

test('memory between processes is shared with those who join it, where that is wanted', async () => {
  const mode = (word: string) => ({ ipc: { kind: 'mode', mode: word } }) as const;
  const join = (container: string) => ({ ipc: { kind: 'container', container } }) as const;
  const owner = await lab.start(programs.idle, { ...mode('shareable'), shmSize: (2 ** 20) as Bytes });
  await said(owner, 'echo shared > /dev/shm/note');
  const guest = await lab.start(programs.idle, join(owner));
  expect(await said(guest, 'cat /dev/shm/note; df -m /dev/shm | tail -1')).toMatch(/^shared\nshm +1 /);
  expect(await said(guest, 'readlink /proc/self/ns/ipc')).toBe(
    await said(owner, 'readlink /proc/self/ns/ipc'),
  );
  const loner = await lab.start(programs.idle);
  expect(await said(loner, 'ls /dev/shm')).toBe('');
  await expect(lab.create(programs.idle, join(loner))).rejects.toMatchObject({ code: 'engine.conflict' });
});
