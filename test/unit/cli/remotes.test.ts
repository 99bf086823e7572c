import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { globalOptions } from '../../../src/cli/global-options.ts';
import type { Io } from '../../../src/cli/io.ts';
import { loadForCommand } from '../../../src/cli/load.ts';
import { defaultValues } from '../../../src/cli/option.ts';
import { fakeIo } from '../../support/fake-io.ts';
import { type FakeRegistry, fakeRegistry, ociImage } from '../../support/registry.ts';

let folder: string;
let server: FakeRegistry;
let onBlob: () => boolean;
const signals = new Map<string, Set<() => void>>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-remotes-'));
  server = await fakeRegistry({ intercept: ({ url }) => url?.includes('/blobs/') === true && onBlob() });
  const config = server.blob('{}', 'application/vnd.oci.empty.v1+json');
  const artifactType = 'application/vnd.docker.compose.project';
  const file = server.blob('services: {a: {image: a}}', 'application/vnd.docker.compose.file+yaml');
  server.manifest('app', '1', { mediaType: ociImage, artifactType, config, layers: [file] });
  writeFileSync(join(folder, 'compose.yaml'), `include: ["oci://${server.host}/app:1"]`);
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

it('Ctrl+C while something is fetched ends the command and leaves no half copy', async () => {
  onBlob = () => {
    for (const listener of signals.get('SIGINT') ?? []) listener();
    return true;
  };
  await expect(load()).rejects.toMatchObject({ code: 'run.cancelled', exitCode: 130 });
  expect(readdirSync(join(folder, 'docker-compose'))).toEqual([]);
  expect([...signals.values()].every((listeners) => listeners.size === 0)).toBe(true);
});

it('signals are as before once everything is fetched', async () => {
  onBlob = () => false;
  expect([...(await load()).project.services.keys()]).toEqual(['a']);
  expect(signals.size).toBeGreaterThan(0);
  expect([...signals.values()].every((listeners) => listeners.size === 0)).toBe(true);
});

function load() {
  signals.clear();
  const onSignal: Io['onSignal'] = (name, listener) => {
    const listeners = signals.get(name) ?? new Set();
    signals.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  };
  const { io } = fakeIo(['config'], { cwd: folder, environment: { XDG_CACHE_HOME: folder } });
  return loadForCommand({ global: defaultValues(globalOptions), io: { ...io, onSignal } });
}
