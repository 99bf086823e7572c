import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { callEngine } from '../../scripts/lib/engine/api.mjs';
import { startEngine } from '../../scripts/lib/engine/start.mjs';
import { ensureImage } from '../../scripts/lib/images/ensure.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { type RunningCommand, startCommand } from '../support/command.ts';

const owner = fileURLToPath(new URL('../support/engine-owner.mjs', import.meta.url));

describe('an engine of our own', () => {
  beforeEach((context) => {
    if (process.getuid?.() !== 0) context.skip('only root can start an engine');
  });

  it('leaves nothing when it is stopped', async () => {
    const engine = await startEngine({ network: 'private', life: 'tied', say: () => {} });
    await runContainer(engine.host);
    await engine.stop();
    expect(await leftovers(engine.folder)).toEqual([]);
  });

  it('leaves nothing when its owner is killed', async () => {
    const { command, folder, host } = await startOwner();
    await runContainer(host);
    command.signal('SIGKILL');
    await command.done;
    await expect.poll(() => leftovers(folder), { timeout: 20_000 }).toEqual([]);
  });

  it('leaves only files when its keeper is killed too, which the next engine sweeps away', async () => {
    const { command, folder, host, keeper } = await startOwner();
    await runContainer(host);
    process.kill(keeper, 'SIGKILL');
    command.signal('SIGKILL');
    await command.done;
    await expect.poll(() => processesNaming(folder), { timeout: 20_000 }).toEqual([]);
    const next = await startEngine({ network: 'private', life: 'tied', say: () => {} });
    await next.stop();
    expect(await leftovers(folder)).toEqual([]);
  });
});

interface Owner {
  readonly command: RunningCommand;
  readonly folder: string;
  readonly host: string;
  readonly keeper: number;
}

async function startOwner(): Promise<Owner> {
  const command = startCommand([process.execPath, owner]);
  await command.output(/\n/);
  return { command, ...JSON.parse(command.stdout) };
}

async function runContainer(host: string): Promise<void> {
  const image = await ensureImage(host, 'busybox', () => {});
  const body = { Image: image, Cmd: ['sleep', '3600'], HostConfig: { PortBindings: { '80/tcp': [{}] } } };
  const { Id } = await callEngine(host, 'POST', '/containers/create', { body });
  await callEngine(host, 'POST', `/containers/${Id}/start`);
}

async function leftovers(folder: string): Promise<readonly string[]> {
  const name = basename(folder);
  const groups = await run('find', ['/sys/fs/cgroup', '-type', 'd', '-path', `*${name}*`]);
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return [
    ...(existsSync(folder) ? [folder] : []),
    ...groups.split('\n').filter((line) => line !== ''),
    ...mounts.filter((line) => line.includes(name)),
    ...processesNaming(folder),
  ];
}

function processesNaming(folder: string): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const line = /^\d+$/.test(pid)
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        : '';
      return line.includes(basename(folder)) ? [line] : [];
    } catch {
      return [];
    }
  });
}
