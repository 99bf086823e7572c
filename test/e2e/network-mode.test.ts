import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const web = `image: ${images.busybox}, init: true, command: sh -c "echo hello > /tmp/index.html; exec httpd -f -p 80 -h /tmp"`;

describe('network_mode', () => {
  const engine = useEngine();
  const project = (services: string, more = '') =>
    engine.project({ 'compose.yaml': `services:\n${services}\n${more}` });

  const addressOf = async (of: TestProject, service: string) =>
    (await succeed(of.flotilla(['exec', '-T', service, 'hostname', '-i']))).stdout.trim();
  const says = async (of: TestProject, service: string, address: string) =>
    (await of.flotilla(['exec', '-T', service, 'wget', '-q', '-O', '-', `http://${address}/`])).stdout;
  /** The address that a service is told for a name; none where nobody knows it. */
  const lookUp = async (of: TestProject, service: string, name: string) => {
    const { stdout } = await of.flotilla(['exec', '-T', service, 'nslookup', '-type=a', name]);
    return /Name:.*\s+Address: (\S+)/.exec(stdout)?.[1];
  };
  const networks = async (of: TestProject, ...filter: readonly string[]) =>
    (await succeed(of.flotilla(['network', 'ls', ...filter, '--format', '{{.Name}}']))).stdout;

  describe('bridge', () => {
    it("is the engine's own network: of no project, without names, with ports of the host", async () => {
      const one = await project(`
  web: {${web}, network_mode: bridge, ports: ['80'], healthcheck: {test: wget -q -O - localhost, interval: 200ms, retries: 50}}
  other: {${web}, network_mode: default, depends_on: {web: {condition: service_healthy}}}`);
      const two = await project(`  web: {${web}, network_mode: bridge}`);
      await succeed(one.flotilla(['up', '-d']));
      await succeed(two.flotilla(['up', '-d', '--wait']));
      expect(await (await fetch(await one.url('web', 80))).text()).toBe('hello\n');
      const address = await addressOf(one, 'web');
      expect(await says(one, 'other', address)).toBe('hello\n');
      expect(await says(two, 'web', address)).toBe('hello\n');
      for (const name of ['web', `${one.name}-web-1`])
        expect(await lookUp(one, 'other', name)).toBeUndefined();
      expect(await networks(one, '--filter', 'type=builtin')).toContain('bridge\n');
      expect(await networks(one, '--filter', `label=com.docker.compose.project=${one.name}`)).toBe('');
    });

    it('is kept by a second up, by restarts, and survives the end of others in it', async () => {
      const one = await project(`  web: {${web}, network_mode: bridge, ports: ['80']}`);
      const two = await project(`  web: {${web}, network_mode: bridge}`);
      await succeed(one.flotilla(['up', '-d']));
      await succeed(two.flotilla(['up', '-d']));
      const [before] = await one.containers();
      await succeed(one[engine.otherTool](['up', '-d']));
      await succeed(one.flotilla(['restart', '-t', '0']));
      expect((await one.containers()).map(({ id }) => id)).toEqual([before?.id]);
      await succeed(two.flotilla(['down', '-t', '0']));
      const url = await one.url('web', 80);
      await expect.poll(async () => (await fetch(url).catch(() => undefined))?.status).toBe(200);
      await succeed(one.flotilla(['down', '-t', '0']));
      expect(await one.leftovers()).toEqual([]);
    });

    it('has no place in a project that changes its mind: the container is made anew', async () => {
      const p = await project(`  web: {${web}, network_mode: bridge}\n  other: {${web}}`);
      await succeed(p.flotilla(['up', '-d']));
      p.write('compose.yaml', `services:\n  web: {${web}}\n  other: {${web}}`);
      await succeed(p.flotilla(['up', '-d']));
      expect(await lookUp(p, 'other', 'web')).toBe(await addressOf(p, 'web'));
    });

    it('is not pruned, nor removed by hand', async () => {
      const p = await project(`  web: {${web}, network_mode: bridge}`);
      await succeed(p.flotilla(['up', '-d']));
      await succeed(p.flotilla(['network', 'prune', '-f']));
      const removal = await p.flotilla(['network', 'rm', 'bridge']);
      expect(removal.exitCode).toBe(1);
      expect(await networks(p)).toContain('bridge\n');
    });
  });

  it('that is the name of a network joins that, without the names of services', async () => {
    const owner = await project(`  web: {${web}}`);
    await succeed(owner.flotilla(['up', '-d']));
    const guest = await project(`  guest: {${web}, network_mode: ${owner.name}_default}`);
    await succeed(guest.flotilla(['up', '-d']));
    expect(await lookUp(guest, 'guest', 'web')).toBe(await addressOf(owner, 'web'));
    expect(await lookUp(owner, 'web', `${guest.name}-guest-1`)).toBe(await addressOf(guest, 'guest'));
    expect(await lookUp(owner, 'web', 'guest')).toBeUndefined();
    await guest.remove();
  });

  it('that names no network is refused by the engine', async () => {
    const p = await project(`  web: {${web}, network_mode: nosuchnetwork}`);
    const { exitCode, stderr } = await p.flotilla(['up', '-d']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /compose\.yaml:2:\d+: error: cannot create container \S+: the engine has no network "nosuchnetwork"/,
    );
  });
});
