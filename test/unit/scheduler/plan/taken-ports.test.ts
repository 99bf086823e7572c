import { describe, expect, it } from 'vitest';
import { containerId, serviceName } from '../../../../src/core/ids.ts';
import { labels } from '../../../../src/core/labels.ts';
import type { ObservedState, PortHolder } from '../../../../src/runtime/index.ts';
import { afterwards, emptyWorld, plan, sketch } from './world.ts';

const project = sketch({ web: { ports: [{ target: 80, published: '8080', protocol: 'tcp' }] as never } });

function heldBy(holder: PortHolder['holder'], more: Partial<PortHolder> = {}): ObservedState {
  return { ...emptyWorld(), portHolders: [{ port: 8080, protocol: 'tcp', ...more, holder }] };
}

function container(name: string, own: Readonly<Record<string, string>>): PortHolder['holder'] {
  return { kind: 'container', id: containerId('f'.repeat(64)), name, labels: own };
}

const blog = container('blog-web-1', { [labels.project]: 'blog', [labels.service]: 'web' });
const told = (observed: ObservedState, ...rest: [Parameters<typeof plan>[2]?]) =>
  plan(project, observed, ...rest).diagnostics.map(({ message, hint }) => `${message}. ${hint}`);

describe('a port that somebody has', () => {
  it('forbids the run and names the container, its project, and how to stop it', () => {
    expect(told(heldBy(blog))).toEqual([
      'services.web.ports[0]: 8080: port is already allocated, to container blog-web-1 of project "blog". Stop it with `flotilla -p blog stop web`, or publish another port.',
    ]);
    expect(told(heldBy(container('proxy', {})))).toEqual([
      'services.web.ports[0]: 8080: port is already allocated, to container proxy. Stop it with `docker stop proxy`, or publish another port.',
    ]);
  });

  it('names the process, or what would', () => {
    expect(told(heldBy({ kind: 'process', pid: 812, name: 'nginx' }))).toEqual([
      'services.web.ports[0]: 8080: address already in use, by "nginx", process 812 of this machine. Stop it, or publish another port.',
    ]);
    expect(told(heldBy({ kind: 'process' }))).toEqual([
      'services.web.ports[0]: 8080: address already in use, by another program on this machine. Stop it (`ss -ltnup "sport = :8080"` as root names it), or publish another port.',
    ]);
  });

  it('is free for who has another address or protocol, and for what is only created', () => {
    expect(told(heldBy(blog, { protocol: 'udp' }))).toEqual([]);
    expect(told(heldBy(blog), { start: false })).toEqual([]);
    const local = sketch({
      web: { ports: [{ target: 80, published: '8080', protocol: 'tcp', host_ip: '127.0.0.1' }] as never },
    });
    expect(plan(local, heldBy(blog, { hostIp: '10.0.0.1' })).diagnostics).toEqual([]);
  });

  it('is no matter while it is our own: of a container that stays, or that the plan takes away', () => {
    const running = afterwards(project, emptyWorld(), plan(project, emptyWorld()));
    const [web] = running.containers;
    const own = container('shop-web-1', web?.labels ?? {});
    const observed = { ...running, portHolders: heldBy(own).portHolders ?? [] };
    expect(told(observed)).toEqual([]);
    expect(told(observed, { recreate: 'force' })).toEqual([]);
    const renamed = sketch({
      site: { ports: [{ target: 80, published: '8080', protocol: 'tcp' }] as never },
    });
    expect(plan(renamed, observed, { removeOrphans: true }).diagnostics).toEqual([]);
    expect(plan(renamed, observed).diagnostics.map(({ code }) => code)).toContain('engine.port-in-use');
  });

  it('forbids what runs once, also when a replica of the same service has it', () => {
    const running = afterwards(project, emptyWorld(), plan(project, emptyWorld()));
    const own = container('shop-web-1', running.containers[0]?.labels ?? {});
    const observed = { ...running, portHolders: heldBy(own).portHolders ?? [] };
    const oneOff = {
      service: serviceName('web'),
      name: 'shop-web-run-1',
      slug: 'a'.repeat(64),
      aliases: false,
      autoRemove: true,
    };
    expect(told(observed, { oneOff })).toEqual([
      'services.web.ports[0]: 8080: port is already allocated, to container shop-web-1 of project "shop". Stop it with `flotilla -p shop stop web`, or publish another port.',
    ]);
    expect(told(running, { oneOff })).toEqual([]);
  });
});
