import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { CommandResult } from '../../support/command.ts';
import { images, useNativeEngine } from '../../support/engine.ts';
import { killed, monitorsOf, supervisorOf } from '../../support/native-processes.ts';
import { countTraces } from '../../support/native-traces.ts';
import type { TestProject } from '../../support/project.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { succeed } from '../succeed.ts';

/** 200 with FLOTILLA_KILLS=200, others with another FLOTILLA_KILLS_SEED; CONTRIBUTING.md names them. */
const moments = Number(process.env['FLOTILLA_KILLS'] ?? 12);
const seed = Number(process.env['FLOTILLA_KILLS_SEED'] ?? 1);

const engine = useNativeEngine();
/** But for anonymous volumes, which `down` leaves as docker compose does, and for folders that have no name yet. */
const traces = () => {
  const all = countTraces(engine.root);
  const isNamed = (file: string) => !/^lib\/(?:volumes|containers)\/\.?[0-9a-f]{16,64}$/.test(file);
  return { ...all, files: all.files.filter(isNamed) };
};

/** What was killed before it got its name is mended by the doctor, a minute later: who makes it may be slow. */
async function expectMended(project: TestProject): Promise<void> {
  const minutesAgo = Date.now() / 1000 - 120;
  for (const folder of ['lib/containers', 'lib/volumes'].map((name) => join(engine.root, name))) {
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), minutesAgo, minutesAgo);
  }
  await succeed(project.flotilla(['doctor']));
  expect(readdirSync(join(engine.root, 'lib/containers'))).toEqual([]);
  expect(readdirSync(join(engine.root, 'lib/volumes')).filter((name) => name.startsWith('.'))).toEqual([]);
}

const polite = `sh -c 'trap "exit 0" TERM; touch /up; while :; do sleep 0.05; done'`;
const stack = `
services:
  db:
    image: ${images.busybox}
    command: ${polite}
    volumes: [data:/data, /anonymous]
    healthcheck: { test: test -e /up, interval: 100ms, retries: 100 }
  api:
    image: ${images.busybox}
    command: ${polite}
    networks: [default, back]
    depends_on: { db: { condition: service_healthy } }
    restart: always
  web:
    image: ${images.busybox}
    command: ${polite}
    ports: ["127.0.0.1::80"]
    depends_on: [api]
    restart: always
networks: { back: { internal: true } }
volumes: { data: {} }
`;

const commands = {
  up: ['up', '-d'],
  recreation: ['up', '-d', '--force-recreate', '-t', '1'],
  down: ['down', '-t', '1'],
} as const;

/** Longer than any of the commands takes when nobody kills anything. */
const longestMs = 1200;

describe('killed at a random moment', { timeout: 60_000 + moments * 20_000 }, () => {
  test(`a command, the supervisor or a monitor, ${moments} times: the next up converges and nothing leaks`, async () => {
    const random = createRandom(seed);
    const clean = traces();
    const project = await engine.project({ 'compose.yaml': stack });
    await succeed(project.flotilla(['up', '-d', '--wait']));
    await write(project, 'precious');
    for (let moment = 0; moment < moments; moment += 1) {
      const name = random.pick(['up', 'recreation', 'down'] as const);
      const victim = random.pick(['command', 'supervisor', 'monitor', 'all'] as const);
      const delayMs = random.below(longestMs);
      const where = `moment ${moment} of seed ${seed}: ${victim} after ${delayMs} ms of ${name}`;
      await interrupted(project, commands[name], { victim, delayMs, random });
      const up = await project.flotilla(['up', '-d', '--wait', '--wait-timeout', '30']);
      expect(up.exitCode, `${where}\n${up.stderr}`).toBe(0);
      expect(await states(project), where).toEqual(['api running', 'db running', 'web running']);
      expect(await read(project), where).toEqual({ exitCode: 0, stdout: 'precious\n', stderr: '' });
      if (!random.chance(0.25)) continue;
      const down = await project.flotilla(['down', '-t', '1']);
      expect(down.exitCode, `${where}, then down\n${down.stderr}`).toBe(0);
      expect(await project.leftovers(), where).toEqual([`volume ${project.name}_data`]);
      const kept = { ...clean, files: [...clean.files, `lib/volumes/${project.name}_data`] };
      await expect.poll(traces, { timeout: 15_000, message: where }).toEqual(kept);
    }
    await succeed(project.flotilla(['down', '-v', '-t', '1']));
    expect(await project.leftovers()).toEqual([]);
    await expect.poll(traces, { timeout: 15_000 }).toEqual(clean);
    await expectMended(project);
  });
});

interface Interruption {
  readonly victim: 'command' | 'supervisor' | 'monitor' | 'all';
  readonly delayMs: number;
  readonly random: Random;
}

/** Runs a command to its end, in the course of which something is killed, unless it has ended before. */
async function interrupted(
  project: TestProject,
  args: readonly string[],
  { victim, delayMs, random }: Interruption,
): Promise<void> {
  const running = project.startFlotilla(args);
  const over = new AbortController();
  const blow = sleep(delayMs, undefined, { signal: over.signal }).then(
    () => {
      if (victim === 'command' || victim === 'all') running.signal('SIGKILL');
      const supervisor = supervisorOf(project.name);
      if ((victim === 'supervisor' || victim === 'all') && supervisor !== undefined) killed(supervisor);
      const monitors = monitorsOf(engine.root);
      if (victim === 'monitor' && monitors.length > 0) killed(random.pick(monitors));
      if (victim === 'all') for (const monitor of monitors) killed(monitor);
    },
    () => {},
  );
  await running.done;
  over.abort();
  await blow;
}

async function states(project: TestProject): Promise<readonly string[]> {
  return (await project.containers()).map(({ service, state }) => `${service} ${state}`);
}

async function write(project: TestProject, word: string): Promise<void> {
  await succeed(project.flotilla(['exec', '-T', 'db', 'sh', '-c', `echo ${word} > /data/word`]));
}

/** What a command in the container says of the volume; how it ended, too: a failure is another finding than lost data. */
async function read(project: TestProject): Promise<Pick<CommandResult, 'exitCode' | 'stdout' | 'stderr'>> {
  const { exitCode, stdout, stderr } = await project.flotilla(['exec', '-T', 'db', 'cat', '/data/word']);
  return { exitCode, stdout, stderr };
}
