import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTools, runtimeWrap, toolVersion } from '../../../../../src/runtime/native/oci/index.ts';
import { ableMachine } from '../../../../support/runtime-input.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-tools-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, script = 'exit 0'): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('what is missing is named with its purpose, and one command installs it', async () => {
  const machine = { ...ableMachine, cgroups: { ...ableMachine.cgroups, mode: 'none' } as const };
  const { missing, install } = findTools(machine, { PATH: folder }, []);
  expect(missing.filter((what) => !what.startsWith('overlayfs'))).toMatchInlineSnapshot(`
    [
      "crun (or runc), which runs containers",
      "conmon, which watches them",
      "nft, which publishes ports",
      "ip, which makes networks",
      "mount",
      "cp",
      "control groups: none are mounted below /sys/fs/cgroup",
    ]
  `);
  expect(install).toMatchInlineSnapshot(`"apt-get install crun conmon nftables iproute2 mount coreutils"`);
});

test('runc is as good as crun', async () => {
  for (const name of ['runc', 'conmon', 'nft', 'ip', 'mount', 'cp']) program(name);
  writeFileSync(join(folder, 'crun'), 'not a program');
  const { missing, paths } = findTools(ableMachine, { PATH: folder }, []);
  expect(missing.filter((what) => !what.startsWith('overlayfs'))).toEqual([]);
  expect([paths.crun, paths.runc]).toEqual([undefined, join(folder, 'runc')]);
});

test('a version is asked for once, and again when the program has changed', async () => {
  const asked = join(folder, 'asked');
  const path = program('crun', `echo x >> ${asked}; echo crun version 1; echo more`);
  expect(await toolVersion(join(folder, 'state'), path)).toBe('crun version 1');
  rmSync(asked);
  expect(await toolVersion(join(folder, 'state'), path)).toBe('crun version 1');
  program('crun', 'echo crun version 1.21');
  expect(await toolVersion(join(folder, 'state'), path)).toBe('crun version 1.21');
  program('crun', 'exit 1');
  expect(await toolVersion(join(folder, 'state'), path)).toBeUndefined();
});

test('crun is shielded from control groups of both versions, runc and other machines need nothing', () => {
  const cgroups = {
    ...ableMachine.cgroups,
    mode: 'hybrid',
    controllersInBoth: true,
    unified: '/cg/unified',
  } as const;
  const machine = { ...ableMachine, cgroups };
  const crun = { program: '/usr/bin/crun', shared: false };
  expect(runtimeWrap(machine, crun)).toMatchInlineSnapshot(`
    [
      "unshare",
      "-m",
      "--propagation",
      "slave",
      "sh",
      "-c",
      "umount "$0"; exec "$@"",
      "/cg/unified",
    ]
  `);
  expect(runtimeWrap(machine, { ...crun, shared: true })).toMatchInlineSnapshot(`
    [
      "unshare",
      "-m",
      "--propagation",
      "unchanged",
      "sh",
      "-c",
      "mount --make-private "$(dirname "$0")" && umount "$0"; exec "$@"",
      "/cg/unified",
    ]
  `);
  expect(runtimeWrap(machine, { program: '/usr/bin/runc', shared: false })).toEqual([]);
  expect(runtimeWrap(ableMachine, crun)).toEqual([]);
});
