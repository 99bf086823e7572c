// @ts-check
// npm run bench:watch -- [--saves 100] [--markdown docs/performance.md]
// How long after a save a container has the file, by `watch` of docker compose and of Flotilla. The container's file system
// is looked at from this machine, every millisecond. Needs what `npm run bench` needs.

import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startEngine, stopEngine } from '../../scripts/lib/engine/start.mjs';
import { ensureImage, imageArchive, imageReference } from '../../scripts/lib/images/ensure.mjs';
import { ensureCommands, nativeCommands } from '../../scripts/lib/packages.mjs';
import { referenceCompose } from '../../scripts/lib/reference.mjs';
import { run, tryRun } from '../../scripts/lib/run.mjs';
import { gatherFacts, judgedBy, lookAround } from '../facts.mjs';
import { markdownLines, pageWithText } from '../print.mjs';
import { createSettler } from '../quiet.mjs';
import { median } from '../statistics.mjs';
import { flotillaTool } from '../tools/flotilla.mjs';
import { environment } from '../workspace.mjs';

/**
 * @typedef {object} Watcher
 * @property {string} title
 * @property {string} program
 * @property {Readonly<Record<string, string>>} env
 */

const say = (/** @type {string} */ line) => console.error(line);
const { values } = parseArgs({
  options: { saves: { type: 'string', default: '100' }, markdown: { type: 'string' } },
});
const saves = Number(values.saves);
/** Seconds that nobody else sleeps: the container is found by them. */
const seconds = 86_400 + process.pid;
/** How long a save is waited for. */
const patienceMs = 10_000;

const before = await lookAround();
await ensureCommands(nativeCommands, say);
const tool = await flotillaTool({ build: true, say });
if ('missing' in tool) throw new Error(tool.missing);
const program = tool.program ?? '';
const folder = mkdtempSync(join(tmpdir(), 'flotilla-watch-'));
// Data on a disk: /tmp may be memory.
const root = realpathSync(mkdtempSync('/var/tmp/flotilla-watch-native-'));
const engine = await startEngine({ network: 'private', life: 'tied', say });
const settler = createSettler(5000);
try {
  await ensureImage(engine.host, 'busybox', say);
  const native = { FLOTILLA_ROOT: root, FLOTILLA_RUNTIME: 'native' };
  await run(program, ['image', 'load', '-q', '-i', await imageArchive('busybox', say)], { env: native });
  const docker = { DOCKER_HOST: engine.host, FLOTILLA_RUNTIME: 'docker' };
  /** @type {readonly Watcher[]} */
  const watchers = [
    { title: 'docker compose, Docker Engine', program: await referenceCompose(say), env: docker },
    { title: 'flotilla, Docker Engine', program, env: docker },
    { title: 'flotilla, native engine', program, env: native },
  ];
  const facts = await gatherFacts(engine.host, [tool], before);
  const lines = [];
  for (const watcher of watchers) lines.push([watcher.title, ...figures(await measure(watcher))]);
  present(lines, judgedBy(facts, settler.restlessShare()));
} finally {
  await stopEngine(engine.folder);
  await tryRun('umount', [join(root, 'run')]);
  rmSync(root, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {Watcher} watcher
 * @returns {Promise<readonly number[]>} milliseconds of each save
 */
async function measure({ title, program, env }) {
  const project = join(folder, 'project');
  mkdirSync(join(project, 'src'), { recursive: true });
  writeFileSync(join(project, 'src/file'), '');
  writeFileSync(
    join(project, 'compose.yaml'),
    `name: flotilla-watch
services:
  app:
    image: ${imageReference('busybox')}
    init: true
    stop_grace_period: 0s
    command: sleep ${seconds}
    develop: {watch: [{path: src, action: sync, target: /app}]}
`,
  );
  const options = { cwd: project, env: { ...environment(folder), ...env } };
  const watching = spawn(program, ['watch'], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await new Promise((resolve, reject) => {
      let said = '';
      for (const stream of [watching.stdout, watching.stderr]) {
        stream.on('data', (data) => {
          said += data;
          if (said.includes('Watch enabled')) resolve(undefined);
        });
      }
      watching.once('exit', () => reject(new Error(`${title} does not watch:\n${said}`)));
    });
    const seen = `/proc/${sleeper()}/root/app/file`;
    const times = [];
    for (let number = 0; number < saves; number += 1) {
      await settler.settle();
      // People do not save in step with anybody's clock.
      await pause(Math.random() * 100);
      const text = `save ${number}`;
      const began = performance.now();
      writeFileSync(join(project, 'src/file'), text);
      while (contentOf(seen) !== text) {
        if (performance.now() - began > patienceMs) throw new Error(`${title} has lost save ${number}`);
        await pause(1);
      }
      times.push(performance.now() - began);
    }
    say(`${title}: ${figures(times).join(', ')}`);
    return times;
  } finally {
    watching.kill('SIGINT');
    if (watching.exitCode === null) await new Promise((resolve) => watching.once('exit', resolve));
    await tryRun(program, ['down', '-t', '0'], options);
    rmSync(project, { recursive: true, force: true });
  }
}

/** Its number on this machine. */
function sleeper() {
  const found = readdirSync('/proc').find(
    (name) => /^\d+$/.test(name) && contentOf(`/proc/${name}/cmdline`) === `sleep\0${seconds}\0`,
  );
  if (found === undefined) throw new Error('The container does not run.');
  return found;
}

/** @param {string} path */
function contentOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * @param {readonly number[]} times
 * @returns {readonly string[]} median, 95th hundredth, longest
 */
function figures(times) {
  const sorted = [...times].sort((left, right) => left - right);
  const late = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
  return [median(times), late, sorted.at(-1) ?? 0].map((time) => time.toFixed(0));
}

/**
 * @param {readonly (readonly string[])[]} lines
 * @param {import('../facts.mjs').Facts} facts
 */
function present(lines, facts) {
  const quiet = facts.busy ? '; INDICATIVE ONLY: others were at work' : '';
  const text = [
    `${facts.date} UTC; ${facts.cores} cores, Linux ${facts.kernel}; ${facts.engine}; ${saves} saves each${quiet}`,
    '',
    ...markdownLines({ title: '', head: ['`watch`, milliseconds', 'median', '95 of 100', 'longest'], lines }),
  ].join('\n');
  console.log(text);
  if (values.markdown === undefined) return;
  writeFileSync(values.markdown, pageWithText(readFileSync(values.markdown, 'utf8'), 'watch', text));
}
