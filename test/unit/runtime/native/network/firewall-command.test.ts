import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFirewall } from '../../../../../src/runtime/native/network/firewall-command.ts';
import { placesOf, readRunning, readState } from '../../../../../src/runtime/native/network/state.ts';

test('what other firewalls let through is taken back also when somebody changes their rules at that moment', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-firewall-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const places = {
    ...placesOf({ lasting: folder, volatile: folder }),
    firewallDue: join(folder, 'due'),
  };
  const rules = new Set(['-A FORWARD -o fl0badcafe+ -j ACCEPT', '-A FORWARD -i fl0badcafe+ -j ACCEPT']);
  let failures = 2;
  const firewall = createFirewall({
    tag: '0badcafe',
    places,
    isShared: (family) => family === 6,
    read: () => ({ state: readState(places), running: readRunning(places) }),
    onEmpty: () => Promise.resolve(),
    locks: { hold: async (_, work) => work(), attempt: async (_, work) => work() },
    run: async ([command], input = '') => {
      if (command === 'nft') return { exitCode: 0, stdout: '', stderr: '' };
      if (failures > 0) {
        failures -= 1;
        return { exitCode: 4, stdout: '', stderr: 'Resource temporarily unavailable' };
      }
      for (const [, rule] of input.matchAll(/^-D (.*)$/gm)) rules.delete(`-A ${rule}`);
      return { exitCode: 0, stdout: [...rules].join('\n'), stderr: '' };
    },
  });
  await firewall.request();
  expect([...rules]).toEqual([]);
});
