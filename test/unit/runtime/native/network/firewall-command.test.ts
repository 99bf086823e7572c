import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFirewall } from '../../../../../src/runtime/native/network/firewall-command.ts';
import {
  type NetworkState,
  placesOf,
  readRunning,
  readState,
} from '../../../../../src/runtime/native/network/state.ts';

interface Iptables {
  readonly rules: Set<string>;
  /** Of the next calls. */
  failures: number;
}

/** On a machine where somebody else keeps rules for IPv6. */
function openFirewall(iptables: Iptables, networks: NetworkState['networks'] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-firewall-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const places = { ...placesOf({ lasting: folder, volatile: folder }), firewallDue: join(folder, 'due') };
  return createFirewall({
    tag: '0badcafe',
    places,
    isShared: (family) => family === 6,
    read: () => ({ state: { ...readState(places), networks }, running: readRunning(places) }),
    onEmpty: () => Promise.resolve(),
    locks: {
      hold: async (_, work) => {
        await Promise.resolve();
        return work();
      },
      attempt: async (_, work) => work(),
    },
    run: async ([command], input = '') => {
      if (command === 'nft') return { exitCode: 0, stdout: '', stderr: '' };
      if (iptables.failures > 0) {
        iptables.failures -= 1;
        return { exitCode: 4, stdout: '', stderr: 'Resource temporarily unavailable\n' };
      }
      for (const [, rule] of input.matchAll(/^-D (.*)$/gm)) iptables.rules.delete(`-A ${rule}`);
      for (const [, rule] of input.matchAll(/^-I (.*)$/gm)) iptables.rules.add(`-A ${rule}`);
      return { exitCode: 0, stdout: [...iptables.rules].join('\n'), stderr: '' };
    },
  });
}

const network: NetworkState['networks'][number] = {
  id: 'n1',
  name: 'net',
  labels: {},
  internal: false,
  pools: [{ subnet: 'fd00::/64', gateway: 'fd00::1', auxiliary: [] }],
  device: 'fl0badcafe00001',
  bridge: 'br0',
  mtu: 1500,
  masquerade: true,
  talks: true,
  interfacePrefix: 'eth',
  createdAt: 0,
};

const acceptRules = ['-A FORWARD -i fl0badcafe+ -j ACCEPT', '-A FORWARD -o fl0badcafe+ -j ACCEPT'];

test('what other firewalls let through is taken back also when somebody changes their rules at that moment', async () => {
  const iptables = { rules: new Set(acceptRules), failures: 2 };
  const firewall = openFirewall(iptables);
  await firewall.request();
  expect([...iptables.rules]).toEqual([]);
  expect(firewall.refusals()).toEqual([]);
});

test('what another firewall goes on to refuse is told, and asked for again with the next change', async () => {
  const iptables = { rules: new Set<string>(), failures: 4 };
  const firewall = openFirewall(iptables, [network]);
  await firewall.request();
  expect([...iptables.rules]).toEqual([]);
  expect(firewall.refusals()).toMatchInlineSnapshot(`
    [
      "ip6tables refuses to let the packets of containers pass (Resource temporarily unavailable): where it drops what it does not know, as beside Docker, published ports do not answer and containers reach no other machine; as root: ip6tables -I FORWARD -i fl0badcafe+ -j ACCEPT && ip6tables -I FORWARD -o fl0badcafe+ -j ACCEPT",
    ]
  `);
  await firewall.request();
  expect([...iptables.rules].sort()).toEqual(acceptRules);
  expect(firewall.refusals()).toEqual([]);
});
