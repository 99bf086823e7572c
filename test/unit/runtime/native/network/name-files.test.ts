import { describe, expect, test } from 'vitest';
import { hostsText, resolvConfText } from '../../../../../src/runtime/native/network/index.ts';
import type { ContainerSpec } from '../../../../../src/runtime/spec.ts';

type Spec = Parameters<typeof hostsText>[0]['spec'];

function spec(more: Partial<ContainerSpec> = {}): Spec {
  const network = { kind: 'networks', endpoints: [] } as const;
  return { network, extraHosts: [], dns: [], dnsSearch: [], dnsOptions: [], ...more };
}

describe('hosts', () => {
  test('has the container itself and the extra hosts', () => {
    const extraHosts = ['db:10.0.0.1', 'host.internal:host-gateway', 'six:[fd00::1]', 'seven=fd00::2'];
    const addresses = [{ network: 'front', ipv4: '172.18.0.2', ipv6: 'fd00::5' }, { network: 'back' }];
    expect(
      hostsText({ spec: spec({ extraHosts, domainname: 'example.org' }), hostname: 'web', addresses }),
    ).toMatchInlineSnapshot(`
        "127.0.0.1	localhost
        ::1	localhost ip6-localhost ip6-loopback
        fe00::0	ip6-localnet
        ff00::0	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters
        10.0.0.1	db
        169.254.1.1	host.internal
        fd00::1	six
        fd00::2	seven
        172.18.0.2	web.example.org web
        fd00::5	web.example.org web
        "
      `);
  });

  test("in the host's network, it is the host's with the extra hosts", () => {
    const wanted = spec({ network: { kind: 'host' }, extraHosts: ['me:host-gateway'] });
    const host = '127.0.0.1 localhost\n127.0.1.1 box\n\n';
    expect(hostsText({ spec: wanted, hostname: 'box', addresses: [], host })).toBe(
      '127.0.0.1 localhost\n127.0.1.1 box\n127.0.0.1\tme\n',
    );
  });
});

describe('resolv.conf', () => {
  const host = [
    '# ours',
    'nameserver 127.0.0.53',
    'nameserver 1.1.1.1 ',
    'domain old.example',
    'search corp.example lab.example # both',
    'options edns0 trust-ad',
    '',
  ].join('\n');

  test("names the engine's server, and searches as the host does", () => {
    expect(resolvConfText({ spec: spec(), nameservers: ['127.0.0.11'], host })).toBe(
      'nameserver 127.0.0.11\nsearch corp.example lab.example\noptions edns0 trust-ad ndots:0\n',
    );
  });

  test('has what the service says', () => {
    const wanted = spec({
      dns: ['9.9.9.9'],
      dnsSearch: ['here.example'],
      dnsOptions: ['ndots:2', 'timeout:1'],
    });
    expect(resolvConfText({ spec: wanted, nameservers: ['127.0.0.11'], host })).toBe(
      'nameserver 127.0.0.11\nsearch here.example\noptions ndots:2 timeout:1\n',
    );
  });

  test('searches nowhere when the service says a dot', () => {
    const wanted = spec({ dnsSearch: ['.'] });
    expect(resolvConfText({ spec: wanted, nameservers: ['127.0.0.11'], host: '' })).toBe(
      'nameserver 127.0.0.11\noptions ndots:0\n',
    );
  });

  test("is the host's where the engine does not answer, but for what the service says", () => {
    const wanted = spec({ network: { kind: 'host' } });
    expect(resolvConfText({ spec: wanted, nameservers: [], host })).toBe(
      'nameserver 127.0.0.53\nnameserver 1.1.1.1\nsearch corp.example lab.example\noptions edns0 trust-ad\n',
    );
    expect(resolvConfText({ spec: { ...wanted, dns: ['9.9.9.9'] }, nameservers: [], host: '' })).toBe(
      'nameserver 9.9.9.9\n',
    );
  });
});
