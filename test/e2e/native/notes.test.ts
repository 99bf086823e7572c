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
