import { beforeAll, describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

describe('port', () => {
  let project: TestProject;
  beforeAll(async () => {
    const sleeping = `image: ${images.busybox}, command: sleep 1000, init: true`;
    project = await engine.project({
      'compose.yaml': `
services:
  web: {${sleeping}, scale: 2, expose: ["99"], ports: ["80", "127.0.0.1::81", "53/udp"]}
  closed: {${sleeping}}
  spare: {${sleeping}, profiles: [more]}
`,
    });
    await succeed(project.flotilla(['up', '-d']));
  });

  async function published(replica: number, target: number, address: string): Promise<number | undefined> {
    const found = (await project.containers()).filter(({ service }) => service === 'web')[replica - 1];
    return found?.ports.find((port) => port.target === target && port.address === address)?.published;
  }

  it.each([
    { args: ['web', '80'], replica: 1, target: 80, address: '0.0.0.0' },
    { args: ['--index', '2', 'web', '80'], replica: 2, target: 80, address: '0.0.0.0' },
    { args: ['web', '81', '--index=2'], replica: 2, target: 81, address: '127.0.0.1' },
    { args: ['--protocol', 'UDP', 'web', '53'], replica: 1, target: 53, address: '0.0.0.0' },
  ])(
    '$args prints where it is on the host, as docker compose does',
    async ({ args, replica, target, address }) => {
      const { stdout } = await succeed(project.flotilla(['port', ...args]));
      expect(stdout).toBe(`${address}:${await published(replica, target, address)}\n`);
      await project.composeToo(['port', ...args], (theirs) => expect(theirs.stdout).toBe(stdout));
    },
  );

  it.each([
    [['web', '53'], 'no port 53/tcp for container shop-web-1'],
    [['closed', '80'], 'no port 80/tcp for container shop-closed-1'],
    [['--index', '3', 'web', '80'], 'service "web" is not running container #3'],
    [['spare', '80'], 'service "spare" is not running'],
  ])('%j fails as docker compose does', async (args, words) => {
    const { exitCode, stdout, stderr } = await project.flotilla(['port', ...args]);
    expect([exitCode, stdout, stderr.replaceAll(project.name, 'shop')]).toEqual([
      1,
      '',
      expect.stringContaining(words),
    ]);
    await project.composeToo(['port', ...args], (theirs) => {
      expect([theirs.exitCode, theirs.stderr.replaceAll(project.name, 'shop')]).toEqual([
        1,
        expect.stringContaining(words),
      ]);
    });
  });

  it('says what is published instead, and what is wrong with the words', async () => {
    const said = async (...args: readonly string[]) => {
      const { exitCode, stderr } = await project.flotilla(['port', ...args]);
      return `${exitCode} ${stderr.replaceAll(project.name, 'shop')}`;
    };
    expect(await said('web', '99')).toMatchInlineSnapshot(`
      "1 error: no port 99/tcp for container shop-web-1 [run.not-published]
      hint: It publishes 53/udp, 80/tcp, 81/tcp.
      "
    `);
    expect(await said('closed', '80')).toMatchInlineSnapshot(`
      "1 error: no port 80/tcp for container shop-closed-1 [run.not-published]
      hint: It publishes no ports.
      "
    `);
    expect(await said('web', '80/tcp')).toMatchInlineSnapshot(`
      "1 error: "80/tcp" is no port
      hint: A port is a number from 1 to 65535; its protocol goes by --protocol.
      "
    `);
    expect(await said('--protocol', 'icmp', 'web', '80')).toMatchInlineSnapshot(`
      "1 error: there is no protocol "icmp"
      hint: It is one of tcp, udp, sctp.
      "
    `);
    expect(await said('wed', '80')).toMatchInlineSnapshot(`
      "1 error: no such service: wed [compose.no-service]
      hint: Did you mean "web"? The services are "closed", "spare", "web".
      "
    `);
  });
});
