import { expect, test } from 'vitest';
import { doctorText } from '../../../src/cli/actions/doctor.ts';

test('the doctor names what is missing, how to get it, and what is taken', () => {
  expect(
    doctorText([
      {
        runtime: 'docker',
        isUsable: false,
        findings: ['no Docker Engine listens at /var/run/docker.sock'],
        hint: 'Start it.',
      },
      { runtime: 'native', isUsable: true, findings: ['it has all that it needs'] },
    ]),
  ).toMatchInlineSnapshot(`
    "Docker: not usable
      no Docker Engine listens at /var/run/docker.sock
      hint: Start it.
    Native engine: usable
      it has all that it needs
    Taken unless --runtime or FLOTILLA_RUNTIME say otherwise: native
    "
  `);
  expect(
    doctorText([
      {
        runtime: 'native',
        isUsable: false,
        findings: ['it lacks nft, which publishes ports'],
        hint: 'Install it with `apt-get install nftables`.',
      },
    ]),
  ).toMatchInlineSnapshot(`
    "Native engine: not usable
      it lacks nft, which publishes ports
      hint: Install it with \`apt-get install nftables\`.
    Nothing here can run containers.
    "
  `);
});
