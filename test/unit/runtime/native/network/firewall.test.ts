import { expect, test } from 'vitest';
import { firewallText, noFirewallText } from '../../../../../src/runtime/native/network/firewall.ts';
import type {
  NetworkRecord,
  NetworkState,
  OpenPort,
  RunningState,
} from '../../../../../src/runtime/native/network/state.ts';

const tag = '0a1b2c3d';

test('an engine without a port has a table that leads out and lets nothing in', () => {
  expect(firewallText(tag, state(network('front', 18)), running({}))).toMatchInlineSnapshot(`
    "add table inet flotilla_0a1b2c3d
    add map inet flotilla_0a1b2c3d any4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
    flush map inet flotilla_0a1b2c3d any4
    add map inet flotilla_0a1b2c3d at4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
    flush map inet flotilla_0a1b2c3d at4
    add set inet flotilla_0a1b2c3d own4 { type ifname . ipv4_addr; flags interval; }
    flush set inet flotilla_0a1b2c3d own4
    add element inet flotilla_0a1b2c3d own4 { "fl0a1b2c3d00018" . 172.18.0.0/16 }
    add set inet flotilla_0a1b2c3d masked4 { type ipv4_addr; flags interval; }
    flush set inet flotilla_0a1b2c3d masked4
    add element inet flotilla_0a1b2c3d masked4 { 172.18.0.0/16 }
    add map inet flotilla_0a1b2c3d any6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
    flush map inet flotilla_0a1b2c3d any6
    add map inet flotilla_0a1b2c3d at6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
    flush map inet flotilla_0a1b2c3d at6
    add set inet flotilla_0a1b2c3d own6 { type ifname . ipv6_addr; flags interval; }
    flush set inet flotilla_0a1b2c3d own6
    add set inet flotilla_0a1b2c3d masked6 { type ipv6_addr; flags interval; }
    flush set inet flotilla_0a1b2c3d masked6
    add chain inet flotilla_0a1b2c3d raw { type filter hook prerouting priority raw; policy accept; }
    flush chain inet flotilla_0a1b2c3d raw
    add rule inet flotilla_0a1b2c3d raw iifname "fl0a1b2c3d*" ip daddr 127.0.0.0/8 drop
    add rule inet flotilla_0a1b2c3d raw iifname "fl0a1b2c3d*" ip saddr 127.0.0.0/8 drop
    add chain inet flotilla_0a1b2c3d prerouting { type nat hook prerouting priority dstnat; policy accept; }
    flush chain inet flotilla_0a1b2c3d prerouting
    add rule inet flotilla_0a1b2c3d prerouting ip daddr 127.0.0.0/8 return
    add rule inet flotilla_0a1b2c3d prerouting dnat ip to ip daddr . meta l4proto . th dport map @at4
    add rule inet flotilla_0a1b2c3d prerouting dnat ip6 to ip6 daddr . meta l4proto . th dport map @at6
    add rule inet flotilla_0a1b2c3d prerouting fib daddr type local dnat ip to meta l4proto . th dport map @any4
    add rule inet flotilla_0a1b2c3d prerouting fib daddr type local dnat ip6 to meta l4proto . th dport map @any6
    add chain inet flotilla_0a1b2c3d output { type nat hook output priority -100; policy accept; }
    flush chain inet flotilla_0a1b2c3d output
    add rule inet flotilla_0a1b2c3d output dnat ip to ip daddr . meta l4proto . th dport map @at4
    add rule inet flotilla_0a1b2c3d output dnat ip6 to ip6 daddr . meta l4proto . th dport map @at6
    add rule inet flotilla_0a1b2c3d output fib daddr type local dnat ip to meta l4proto . th dport map @any4
    add rule inet flotilla_0a1b2c3d output fib daddr type local dnat ip6 to meta l4proto . th dport map @any6
    add chain inet flotilla_0a1b2c3d postrouting { type nat hook postrouting priority srcnat; policy accept; }
    flush chain inet flotilla_0a1b2c3d postrouting
    add rule inet flotilla_0a1b2c3d postrouting oifname "fl0a1b2c3d*" ip saddr 127.0.0.0/8 masquerade
    add rule inet flotilla_0a1b2c3d postrouting oifname . ip saddr @own4 ct status dnat masquerade
    add rule inet flotilla_0a1b2c3d postrouting oifname . ip6 saddr @own6 ct status dnat masquerade
    add rule inet flotilla_0a1b2c3d postrouting oifname != "fl*" ip saddr @masked4 masquerade
    add rule inet flotilla_0a1b2c3d postrouting oifname != "fl*" ip6 saddr @masked6 masquerade
    add chain inet flotilla_0a1b2c3d forward { type filter hook forward priority filter; policy accept; }
    flush chain inet flotilla_0a1b2c3d forward
    add rule inet flotilla_0a1b2c3d forward oifname != "fl0a1b2c3d*" accept
    add rule inet flotilla_0a1b2c3d forward ct state established,related accept
    add rule inet flotilla_0a1b2c3d forward ct status dnat accept
    add rule inet flotilla_0a1b2c3d forward drop
    "
  `);
});

test('ports are elements of maps: everywhere, on one address, of both families', () => {
  const dual = network('dual', 19, { pools: [pool('172.19'), { ...pool('fd00'), subnet: 'fd00::/64' }] });
  const books = state(network('front', 18), dual, network('hidden', 20, { internal: true }));
  const text = firewallText(
    tag,
    books,
    running({
      front: [
        { target: 80, protocol: 'tcp', published: 8080 },
        { target: 53, protocol: 'udp', published: 5353, hostIp: '127.0.0.1' },
      ],
      dual: [
        { target: 80, protocol: 'tcp', published: 8081 },
        { target: 81, protocol: 'tcp', published: 8082, hostIp: '0.0.0.0' },
        { target: 82, protocol: 'tcp', published: 8083, hostIp: '2001:db8::1' },
      ],
      // Nobody comes in over an internal network.
      hidden: [{ target: 80, protocol: 'tcp', published: 8084 }],
    }),
  );
  const elements = text.split('\n').filter((line) => line.startsWith('add element'));
  expect(elements.join('\n')).toMatchInlineSnapshot(`
    "add element inet flotilla_0a1b2c3d any4 { tcp . 8080 : 172.18.0.2 . 80, tcp . 8081 : 172.19.0.2 . 80, tcp . 8082 : 172.19.0.2 . 81 }
    add element inet flotilla_0a1b2c3d at4 { 127.0.0.1 . udp . 5353 : 172.18.0.2 . 53 }
    add element inet flotilla_0a1b2c3d own4 { "fl0a1b2c3d00018" . 172.18.0.0/16, "fl0a1b2c3d00019" . 172.19.0.0/16 }
    add element inet flotilla_0a1b2c3d masked4 { 172.18.0.0/16, 172.19.0.0/16 }
    add element inet flotilla_0a1b2c3d any6 { tcp . 8081 : fd00::2 . 80 }
    add element inet flotilla_0a1b2c3d at6 { 2001:db8::1 . tcp . 8083 : fd00::2 . 82 }
    add element inet flotilla_0a1b2c3d own6 { "fl0a1b2c3d00019" . fd00::/64 }
    add element inet flotilla_0a1b2c3d masked6 { fd00::/64 }"
  `);
});

test('what is not masqueraded keeps its address on its way out', () => {
  const text = firewallText(tag, state(network('front', 18, { masquerade: false })), running({}));
  expect(text).not.toContain('add element inet flotilla_0a1b2c3d masked4');
});

test('without networks the table goes, whether it is there or not', () => {
  expect(noFirewallText(tag)).toBe('add table inet flotilla_0a1b2c3d\ndelete table inet flotilla_0a1b2c3d\n');
});

/** A network of each name with a container of the same name in it. */
function state(...networks: readonly NetworkRecord[]): NetworkState {
  const containers = networks.map(({ id, pools }) => {
    const isDual = pools.length > 1;
    const spec = { network: id, aliases: [], links: [], linkLocalAddresses: [], driverOptions: {} };
    const ipv4 = pools[0]?.gateway.replace(/1$/, '2') ?? '';
    const endpoint = {
      networkId: id,
      spec,
      device: 'eth0',
      mac: 'm',
      ipv4,
      ...(isDual ? { ipv6: 'fd00::2' } : {}),
    };
    return [id, { project: 'shop', name: id, dns: [], endpoints: [endpoint] }] as const;
  });
  return { version: 1, networks, containers: Object.fromEntries(containers) };
}

function running(ports: Readonly<Record<string, readonly OpenPort[]>>): RunningState {
  const containers = Object.entries(ports).map(([id, open]) => [id, { ports: open }]);
  return { version: 1, containers: Object.fromEntries(containers) };
}

function network(name: string, second: number, more: Partial<NetworkRecord> = {}): NetworkRecord {
  return {
    id: name,
    name,
    labels: {},
    internal: false,
    pools: [pool(`172.${second}`)],
    device: `fl${tag}000${second}`,
    bridge: 'bridge',
    mtu: 1500,
    masquerade: true,
    talks: true,
    interfacePrefix: 'eth',
    createdAt: 0,
    ...more,
  };
}

function pool(begin: string) {
  return { subnet: `${begin}.0.0/16`, gateway: `${begin}.0.1`, auxiliary: [] };
}
