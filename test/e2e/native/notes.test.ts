import { expect, test } from 'vitest';
import { machineFacts } from '../../../src/runtime/native/oci/index.ts';
import { useNativeEngine } from '../../support/engine.ts';

const engine = useNativeEngine();

const compose = `services:
  web:
    image: localhost/flotilla/busybox
    command: ["sleep", "1000"]
    stop_grace_period: 0s
    scale: 2
    security_opt:
      - apparmor:nobody-has-this
    oom_score_adj: -900
    ulimits:
      memlock: { soft: 1099511627776, hard: 1099511627776 }
`;

test('what the machine cannot give is told once, with its place in the file', async () => {
  const project = await engine.project({ 'compose.yaml': compose });
  const up = await project.flotilla(['up', '-d']);
  const warnings = up.stderr.split('\n').filter((line) => line.includes('warning:'));
  expect(up.exitCode, up.stderr).toBe(0);
  // What it has is the machine's affair.
  const { apparmor, hardLimits, lowestOomScore } = machineFacts();
  const told = (place: string, text: string): string =>
    `compose.yaml:${place}: warning: services.web.${text} [engine.capability]`;
  const expected = [
    ...(apparmor
      ? []
      : [
          told(
            '8:7',
            'security_opt: apparmor:nobody-has-this has no effect, as this machine has no AppArmor',
          ),
        ]),
    ...((hardLimits['memlock'] ?? 0) > 1099511627776
      ? []
      : [
          told(
            '11:16',
            `ulimits.memlock: 1099511627776 was asked for, and ${hardLimits['memlock']} is the most that this machine allows`,
          ),
        ]),
    ...(lowestOomScore <= -900
      ? []
      : [
          told(
            '9:20',
            `oom_score_adj: -900 was asked for, and ${lowestOomScore} is the least that this machine allows`,
          ),
        ]),
  ];
  expect(warnings).toEqual(expected);
  expect((await project.flotilla(['up', '-d'])).stderr).not.toContain('warning:');
  const again = await project.flotilla(['--progress', 'json', 'up', '-d', '--force-recreate']);
  const notices = again.stderr
    .split('\n')
    .filter((line) => line.includes('"notice"'))
    .map((line) => JSON.parse(line));
  expect(notices).toHaveLength(expected.length);
  for (const notice of notices) {
    expect(notice).toMatchObject({
      level: 'warning',
      code: 'engine.capability',
      at: { file: 'compose.yaml' },
    });
  }
});

/** In a network and with a /run of its own: what stands in the way of other engines is none of this test's. */
const besideAnotherFirewall = `exec unshare --net --mount --propagation private sh -ec '
  ip link set lo up
  mount -t tmpfs none /run
  iptables -P FORWARD DROP
  mkdir bin
  printf "#!/bin/sh\\necho not today >&2\\nexit 4\\n" > bin/iptables-restore
  chmod +x bin/iptables-restore
  PATH=$PWD/bin:$PATH "$@" up -d
  "$@" restart -t 0 web
  "$@" down
' sh "$@"`;

const beside = `services:
  web: {image: localhost/flotilla/busybox, command: sleep 1000, init: true, scale: 2, ports: [80]}
`;

test('another firewall that refuses to let packets pass is told of, once', async () => {
  const project = await engine.project({ 'compose.yaml': beside });
  const { exitCode, stderr } = await project.inShell(besideAnotherFirewall, []);
  expect(exitCode, stderr).toBe(0);
  const warnings = stderr.split('\n').filter((line) => line.includes('warning:'));
  expect(warnings.map((line) => line.replaceAll(/fl[0-9a-f]{8}/g, 'fl01234567'))).toMatchInlineSnapshot(`
    [
      "compose.yaml:2:94: warning: iptables refuses to let the packets of containers pass (not today): where it drops what it does not know, as beside Docker, published ports do not answer and containers reach no other machine; as root: iptables -I FORWARD -i fl01234567+ -j ACCEPT && iptables -I FORWARD -o fl01234567+ -j ACCEPT [engine.capability]",
    ]
  `);
});
