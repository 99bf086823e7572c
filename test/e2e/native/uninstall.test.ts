import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flotillaProgram, repository } from '../../../scripts/lib/built.mjs';
import { imageArchive } from '../../../scripts/lib/images/ensure.mjs';
import { runCommand } from '../../support/command.ts';
import { countTraces, engineTag } from '../../support/native-traces.ts';

const root = mkdtempSync(join(tmpdir(), 'flotilla-native-'));
let archive: string;

beforeAll(async () => {
  archive = await imageArchive('busybox', () => {});
});
afterAll(() => rmSync(root, { recursive: true }));

const compose = `
name: uninst
services:
  web:
    image: localhost/flotilla/busybox
    command: ["sleep", "1000"]
    stop_grace_period: 0s
    ports: ["127.0.0.1::80"]
    volumes: ["data:/data", "/scratch"]
    networks: [one, two]
    restart: always
    healthcheck: { test: ["CMD", "true"], interval: 1s }
  bridged:
    image: localhost/flotilla/busybox
    command: ["sleep", "1000"]
    stop_grace_period: 0s
    network_mode: bridge
volumes:
  data: {}
networks:
  one: {}
  two: { internal: true }
`;

/**
 * With a /run of its own, where mount(8) makes a folder too, and a network of its own: other engines on the machine share
 * nothing with it, and turn no forwarding on or off meanwhile.
 */
const script = `
set -e
ip link set lo up
mount -t tmpfs none /run
printf '%s' "$COMPOSE" > compose.yaml
flotilla() { "$NODE" -- "$FLOTILLA" "$@"; }
flotilla image load -i "$ARCHIVE"
before=$(cat /proc/sys/net/ipv4/ip_forward)
flotilla up -d
[ -e /run/flotilla-machine/settings.json ]
flotilla down
[ ! -e /run/flotilla-machine ]
[ "$(cat /proc/sys/net/ipv4/ip_forward)" = "$before" ]
until [ -z "$(find "$FLOTILLA_ROOT/run/projects" -name '*.supervisor')" ]; do :; done
flotilla system prune --all --volumes --force
flotilla volume prune --all --force
echo "--- network"
ip -o link | cut -d: -f2
nft list tables
echo "--- run"
ls -A /run | sed '/^mount$/d'
echo "--- root"
cd "$FLOTILLA_ROOT"
find lib run -type f | sort | sed 's/[0-9a-f]\\{64\\}/ID/'
echo "--- uninstall"
! mountpoint -q "$FLOTILLA_ROOT/run" || umount "$FLOTILLA_ROOT/run"
rm -r "$FLOTILLA_ROOT/lib" "$FLOTILLA_ROOT/run"
`;

test('after a prune and an uninstall the machine is as before', async () => {
  const before = countTraces(root);
  const { stdout, stderr, exitCode } = await runCommand(
    ['unshare', '--net', '--mount', '--propagation', 'private', 'sh', '-c', script],
    {
      cwd: root,
      env: {
        FLOTILLA_ROOT: root,
        FLOTILLA_RUNTIME: 'native',
        DOCKER_HOST: '',
        NODE: process.execPath,
        FLOTILLA: flotillaProgram(),
        ARCHIVE: archive,
        COMPOSE: compose,
      },
    },
  );
  expect(exitCode, stderr + stdout).toBe(0);
  expect(stdout.slice(stdout.indexOf('--- network'))).toMatchInlineSnapshot(`
    "--- network
     lo
    --- run
    --- root
    lib/images/index.json
    lib/images/lock
    lib/mount-points/etc/hostname
    lib/mount-points/etc/hosts
    lib/mount-points/etc/resolv.conf
    lib/names.lock
    lib/networks/lock
    lib/networks/state.json
    run/boot
    run/networks/firewall.lock
    run/networks/running.json
    run/seccomp/ID
    run/seccomp/lock
    --- uninstall
    "
  `);
  expect(readdirSync(root)).toEqual(['compose.yaml']);
  await expect.poll(() => countTraces(root), { timeout: 10_000 }).toEqual(before);
  expect(controlGroups(engineTag(root))).toEqual([]);
});

test('docs/runtimes.md says where everything is', () => {
  const text = readFileSync(join(repository, 'docs/runtimes.md'), 'utf8');
  for (const place of ['/var/lib/flotilla', '/run/flotilla', '/run/flotilla-machine', '/sys/fs/cgroup']) {
    expect(text).toContain(place);
  }
});

function controlGroups(tag: string): readonly string[] {
  return ['.', ...readdirSync('/sys/fs/cgroup')]
    .map((name) => join('/sys/fs/cgroup', name, 'flotilla', tag))
    .filter((folder) => existsSync(folder));
}
