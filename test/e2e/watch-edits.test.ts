import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import { createRandom, type Random } from '../support/random.ts';

const engine = useEngine();
/** Ten thousand on demand; that takes half a minute. */
const edits = Number(process.env['FLOTILLA_WATCH_EDITS'] ?? 600);
const seed = Number(process.env['FLOTILLA_WATCH_SEED'] ?? 1);

it(`after ${edits} random edits, restarts and recreations between them, the container has what the folder has`, async () => {
  const p = await engine.project({
    'compose.yaml': `
services:
  web:
    image: ${images.busybox}
    init: true
    stop_grace_period: 0s
    command: sleep 1000
    develop: {watch: [{path: src, action: sync, target: /app, ignore: ["**/*.tmp"], initial_sync: true}]}
`,
    'src/first': '',
  });
  const watching = p.startFlotilla(['watch']);
  await watching.output(/Watch enabled/);
  const source = join(p.folder, 'src');
  const chance = createRandom(seed);
  const disturbances = [['restart'], ['up', '-d', '--force-recreate'], ['kill'], ['up', '-d']];
  const disturbing: Promise<unknown>[] = [];
  for (let number = 0; number < edits; number += 1) {
    edit(source, chance, String(number));
    if (number % 7 === 0) await breathe();
    const disturbance = number % Math.ceil(edits / 6) === 10 ? disturbances.shift() : undefined;
    if (disturbance !== undefined) disturbing.push(p.flotilla(disturbance));
  }
  await Promise.all(disturbing);
  await p.flotilla(['up', '-d']);
  const script = 'cd /app; find . -type f -exec md5sum {} + | sort -k 2';
  const inContainer = async (): Promise<string> =>
    (await p.flotilla(['exec', '-T', 'web', 'sh', '-c', script])).stdout;
  await expect.poll(inContainer, { timeout: 60_000 }).toBe(checksums(source));
  watching.signal('SIGINT');
  await watching.done;
}, 600_000);

/** What editors, version control and builds do; what cannot be done, because nothing is there, is left. */
function edit(source: string, chance: Random, text: string): void {
  const folder = anyFolder(source, chance);
  const file = join(folder, `f${chance.below(8)}`);
  const below = join(folder, `d${chance.below(4)}`);
  const actions: readonly (() => void)[] = [
    () => writeFileSync(file, text),
    () => writeFileSync(file, text.repeat(chance.below(500))),
    () => appendFileSync(file, text),
    () => rmSync(file),
    () => renameSync(file, join(anyFolder(source, chance), `f${chance.below(8)}`)),
    () => {
      writeFileSync(`${file}.tmp`, text);
      renameSync(`${file}.tmp`, file);
    },
    () => mkdirSync(below),
    () => {
      mkdirSync(below, { recursive: true });
      writeFileSync(join(below, `f${chance.below(8)}`), text);
    },
    () => rmSync(below, { recursive: chance.below(3) === 0 }),
    () => renameSync(below, join(anyFolder(source, chance), `d${chance.below(4)}`)),
  ];
  try {
    actions[chance.below(actions.length)]?.();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

function anyFolder(source: string, chance: Random): string {
  let folder = source;
  for (let depth = chance.below(3); depth > 0; depth -= 1) {
    const below = join(folder, `d${chance.below(4)}`);
    if (existsSync(below) && statSync(below).isDirectory()) folder = below;
  }
  return folder;
}

/** As `find . -type f -exec md5sum {} + | sort -k 2` prints them. */
function checksums(source: string): string {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('.tmp') && statSync(join(source, name)).isFile())
    .sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  return files
    .map(
      (name) =>
        `${createHash('md5')
          .update(readFileSync(join(source, name)))
          .digest('hex')}  ./${name}\n`,
    )
    .join('');
}
