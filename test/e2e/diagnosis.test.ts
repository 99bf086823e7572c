import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../../scripts/lib/built.mjs';
import { images, onlyOnDocker, useEngine } from '../support/engine.ts';
import { type Fault, faults, withTestImage } from '../support/faults/index.ts';
import type { TestProject } from '../support/project.ts';

const engine = useEngine();
const folder = join(repository, 'fixtures/faults');

/** What is told is the same on every machine and in every run. */
function steady(text: string, project: TestProject, fault: Fault): string {
  return [
    ...(fault.steady ?? []),
    [/\b[0-9a-f]{64}\b/g, '<id>'],
    [/\b[0-9a-f]{12}\b/g, '<id>'],
    [/\/(?:[\w.-]+\/)+overlay2\/[\w/-]+/g, '<overlay>'],
    [/(\bdial tcp 127\.0\.0\.1:\d+).*?: connect:/g, '$1: connect:'],
  ]
    .reduce<string>(
      (all, [pattern, instead]) => all.replace(pattern as RegExp, instead as string),
      text
        .replaceAll(project.folder, '/shop')
        .replaceAll(project.name, 'shop')
        .replaceAll(images.busybox, 'busybox'),
    )
    .trimEnd()
    .concat('\n');
}

describe('the last words of a failed up name the true cause', () => {
  const all = Object.entries(faults);
  it.each(all.filter(([, fault]) => fault.onlyOnDocker !== true))('%s', told);
  onlyOnDocker('engines of their own that have a fault', () => {
    it.each(all.filter(([, fault]) => fault.onlyOnDocker === true))('%s', told);
  });

  async function told(name: string, fault: Fault): Promise<void> {
    const files = Object.entries(fault.files).map(([path, text]) => [path, withTestImage(text)]);
    const project = await engine.project(Object.fromEntries(files));
    const arranged = await fault.arrange?.({ engine, project });
    const env = arranged?.env ?? {};
    try {
      const args = fault.args ?? ['up', '-d'];
      const ours = await project.flotilla(['--progress', 'quiet', ...args], { env });
      expect(ours.exitCode, ours.stderr).not.toBe(0);
      await expect(steady(ours.stderr, project, fault)).toMatchFileSnapshot(snapshotOf(name));
      await recordReference(name, project, fault, args, env);
      await project.flotilla(['down', '-v', '-t', '0'], { env });
    } finally {
      await arranged?.end();
    }
  }
});

/** The native engine's words are kept where they are other ones. */
function snapshotOf(name: string): string {
  const own = join(folder, 'native', `${name}.txt`);
  return engine.runtime === 'native' && existsSync(own) ? own : join(folder, `${name}.txt`);
}

/** docker compose's last words are kept beside ours, to be read; they are not ours to pin. */
async function recordReference(
  name: string,
  project: TestProject,
  fault: Fault,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const path = join(folder, 'compose', `${name}.txt`);
  if (existsSync(path) || engine.runtime === 'native') return;
  await project.flotilla(['down', '-v', '-t', '0'], { env });
  const theirs = await project.compose(['--progress', 'quiet', ...args], { env });
  mkdirSync(join(folder, 'compose'), { recursive: true });
  writeFileSync(path, steady(theirs.stderr, project, fault));
}
