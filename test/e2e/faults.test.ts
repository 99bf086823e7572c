import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';

const engine = useEngine();

const sleeping = `    image: ${images.busybox}\n    init: true\n    command: sleep 600\n`;
const web = (rest: string) => ({ 'compose.yaml': `services:\n  web:\n${sleeping}${rest}` });

/** What is left to read when ids, names and the engine's own inner words are taken out. */
function told(stderr: string, { folder, name }: TestProject): string {
  return stderr
    .split('\n')
    .filter((line) => /^(\S+:\d+:\d+: )?(error|hint|warning):/.test(line))
    .join('\n')
    .replaceAll(folder, '<folder>')
    .replaceAll(name, '<project>')
    .replaceAll(/container [0-9a-f]{12}\b/g, 'container <id>')
    .replaceAll(/[0-9a-f]{64}/g, '<id>');
}

/** Fails with `up -d` like docker compose, recovers once the fault is mended, and goes without a trace. */
async function failsAndRecovers(
  files: Readonly<Record<string, string>>,
  says: RegExp,
  mend: (project: TestProject) => void | Promise<void> = (project) =>
    project.write('compose.yaml', web('')['compose.yaml']),
): Promise<void> {
  const project = await engine.project(files);
  await project.composeToo(['up', '-d'], (theirs) => expect(theirs.exitCode).toBe(1));
  await project.composeToo(['down', '-v', '-t', '0'], (theirs) => expect(theirs.exitCode).toBe(0));
  const ours = await project.flotilla(['up', '-d']);
  expect(told(ours.stderr, project)).toMatch(says);
  expect({ exitCode: ours.exitCode, stdout: ours.stdout }).toEqual({ exitCode: 1, stdout: '' });
  await mend(project);
  expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
  expect((await project.containers()).map(({ service, state }) => `${service} ${state}`)).toEqual([
    'web running',
  ]);
  expect(await project.flotilla(['down', '-v', '-t', '0', '--remove-orphans'])).toMatchObject({
    exitCode: 0,
  });
  expect(await project.leftovers()).toEqual([]);
}

describe('what the engine refuses', () => {
  it('a port that another container has', async () => {
    const first = await engine.project(web('    ports: ["127.0.0.1::80"]\n'));
    expect(await first.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
    const port = new URL(await first.url('web', 80)).port;
    await failsAndRecovers(
      web(`    ports: ["127.0.0.1:${port}:80"]\n`),
      new RegExp(
        `^compose\\.yaml:6:13: error: services\\.web\\.ports\\[0\\]: ${port}: port is already allocated, to container ${first.name}-web-1 of project "${first.name}" \\[engine\\.port-in-use\\]\\nhint: Stop it with \`flotilla -p ${first.name} stop web\``,
      ),
      async () => void (await first.flotilla(['down', '-t', '0'])),
    );
  });

  it('a port that a process has', async ({ skip }) => {
    if (engine.address !== '127.0.0.1') skip('The throwaway engine has a network of its own.');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await failsAndRecovers(
      web(`    ports: ["127.0.0.1:${port}:80"]\n`),
      new RegExp(
        `${port}: address already in use, by ".+", process ${process.pid} of this machine \\[engine\\.port-in-use\\]`,
      ),
      async () => void (await new Promise((resolve) => server.close(resolve))),
    );
  });

  it.each([
    [
      'an image that no registry gives',
      { 'compose.yaml': 'services:\n  web:\n    image: 127.0.0.1:1/none\n' },
      /^compose\.yaml:3:12: error: cannot pull image "127\.0\.0\.1:1\/none": .*connection refused \[image\.pull\]\nhint: .+$/,
    ],
    [
      'an image whose name cannot be one',
      { 'compose.yaml': 'services:\n  web:\n    image: "UPPER//x::y"\n' },
      /^compose\.yaml:3:12: error: services\.web: "UPPER\/\/x::y" is not an image reference \[compose\.invalid-value\]\nhint: .+$/,
    ],
    [
      'an image that is not there and must not be pulled',
      { 'compose.yaml': 'services:\n  web:\n    image: 127.0.0.1:1/none\n    pull_policy: never\n' },
      /^compose\.yaml:3:12: error: No such image: 127\.0\.0\.1:1\/none \(service "web" has pull_policy "never"\) \[image\.not-found\]\nhint: .+$/,
    ],
    [
      'a program that the image does not have',
      { 'compose.yaml': `services:\n  web:\n    image: ${images.busybox}\n    command: /no/such/program\n` },
      /^compose\.yaml:4:14: error: cannot start container <project>-web-1: there is no file "\/no\/such\/program" in image .* \[run\.command\]\nhint: .+$/,
    ],
    [
      'a folder to mount that is not there',
      web('    volumes: [{type: bind, source: ./nope, target: /x, bind: {create_host_path: false}}]\n'),
      /^compose\.yaml:6:15: error: cannot create container <project>-web-1: there is no "<folder>\/nope" on the engine's machine to mount \[run\.mount\]\nhint: .+$/,
    ],
    [
      'an address outside of the subnet',
      {
        'compose.yaml': `services:\n  web:\n${sleeping}    networks: {n: {ipv4_address: 10.99.0.4}}\nnetworks:\n  n: {ipam: {config: [{subnet: 10.241.7.0/28}]}}\n`,
      },
      /^compose\.yaml:6:34: error: container <project>-web-1 cannot have the address 10\.99\.0\.4 in network "n": it is not in its subnet \[run\.setting\]/,
    ],
    [
      'subnets that overlap',
      {
        'compose.yaml': `services:\n  web:\n${sleeping}    networks: [a, b]\nnetworks:\n  a: {ipam: {config: [{subnet: 10.241.8.0/28}]}}\n  b: {ipam: {config: [{subnet: 10.241.8.0/29}]}}\n`,
      },
      /^compose\.yaml:\d+:\d+: error: cannot create network "<project>_[ab]": .*overlaps.* \[engine\.address-pool\]\nhint: Choose a subnet that no other network of the engine uses\.$/,
    ],
    [
      'a limit that is too low',
      web('    mem_limit: 1k\n'),
      /^compose\.yaml:6:16: error: services\.web\.mem_limit: engines give no container less than 6 MiB of memory/,
    ],
    [
      'a user that the image does not have',
      web('    user: nosuch\n'),
      /^compose\.yaml:6:11: error: cannot start container <project>-web-1: image .* has no user "nosuch" \[run\.setting\]\nhint: .+$/,
    ],
    [
      'an external network that is not there',
      {
        'compose.yaml': `services:\n  web:\n${sleeping}    networks: [n]\nnetworks:\n  n: {name: flotilla-none, external: true}\n`,
      },
      /^compose\.yaml:8:6: error: network flotilla-none declared as external, but could not be found \[run\.external-missing\]\nhint: Create it with `docker network create flotilla-none`/,
    ],
    [
      'a dependency that does not get healthy',
      {
        'compose.yaml': `services:\n  web:\n${sleeping}    depends_on: {db: {condition: service_healthy}}\n  db:\n${sleeping}    healthcheck: {test: "echo sad; exit 1", interval: 100ms, retries: 1}\n`,
      },
      /^compose\.yaml:\d+:\d+: error: dependency failed to start: container <project>-db-1 is unhealthy \[run\.unhealthy\]\nhint: Try the probe yourself/,
    ],
  ])('%s', async (_, files, says) => {
    await failsAndRecovers(files, says, async (project) => {
      project.write('compose.yaml', web('')['compose.yaml']);
      await project.flotilla(['up', '-d', '--remove-orphans', '-t', '0']);
    });
  });

  it('a name that a container of somebody else has', async () => {
    const other = await engine.project(web(''));
    expect(await other.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
    const taken = `${other.name}-web-1`;
    await failsAndRecovers(
      web(`    container_name: ${taken}\n`),
      new RegExp(
        `^compose\\.yaml:6:21: error: there is already a container named "${taken}".* \\[engine\\.conflict\\]\\nhint: `,
      ),
      async () => void (await other.flotilla(['down', '-t', '0'])),
    );
  });
});
