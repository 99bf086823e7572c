import { ipVersion, isIpv4, isIpv6 } from '../../core/ip-address.ts';
import { quote } from '../../core/text.ts';
import type { Service } from '../project.ts';
import type { Refused, RefusedIn } from './refused.ts';

/** Addresses that are none: the engine would say so when images are pulled and networks are made. */
export function refusedAddresses(project: RefusedIn): readonly Refused[] {
  return [
    ...project.services.flatMap((service) => [...hosts(service), ...endpoints(service)]),
    ...subnets(project),
  ];
}

function hosts({ name, extra_hosts: extra, mac_address: mac }: Service): readonly Refused[] {
  const wrong = [...(extra ?? [])].flatMap(([host, addresses]) =>
    addresses
      .filter((address) => address !== 'host-gateway' && ipVersion(address) === 0)
      .map((address) => ({
        path: ['services', name, 'extra_hosts', host],
        message: `services.${name}.extra_hosts: ${quote(address)} is no IP address`,
        hint: 'Write the address of the host, or "host-gateway" for this machine.',
      })),
  );
  return mac === undefined || mac === '' || isMac(mac)
    ? wrong
    : [...wrong, wrongMac(['services', name, 'mac_address'], mac)];
}

function endpoints({ name, networks }: Service): readonly Refused[] {
  return [...(networks ?? [])].flatMap(([network, endpoint]) => {
    if (endpoint === null) return [];
    const path = ['services', name, 'networks', network];
    const { ipv4_address: v4 = '', ipv6_address: v6 = '', mac_address: mac = '' } = endpoint;
    return [
      ...(v4 === '' || isIpv4(v4) ? [] : [wrongAddress([...path, 'ipv4_address'], v4, '172.20.0.10')]),
      ...(v6 === '' || isIpv6(v6) ? [] : [wrongAddress([...path, 'ipv6_address'], v6, 'fd00::10')]),
      ...(mac === '' || isMac(mac) ? [] : [wrongMac([...path, 'mac_address'], mac)]),
    ];
  });
}

function subnets(project: RefusedIn): readonly Refused[] {
  return [...project.networks].flatMap(([key, { ipam, external }]) =>
    external === true
      ? []
      : (ipam?.config ?? []).flatMap(({ subnet = '', gateway = '' }, index) => {
          const path = ['networks', key, 'ipam', 'config', index];
          return [
            ...(subnet === '' || isSubnet(subnet)
              ? []
              : [wrongAddress([...path, 'subnet'], subnet, '172.20.0.0/16', 'a subnet')]),
            ...(gateway === '' || ipVersion(gateway) !== 0
              ? []
              : [wrongAddress([...path, 'gateway'], gateway, '172.20.0.1')]),
          ];
        }),
  );
}

function wrongAddress(path: Refused['path'], text: string, example: string, what = 'an IP address'): Refused {
  return {
    path,
    message: `${path.filter((step) => typeof step === 'string').join('.')}: ${quote(text)} is not ${what}`,
    hint: `Write it like ${quote(example)}.`,
  };
}

function wrongMac(path: Refused['path'], text: string): Refused {
  return wrongAddress(path, text, '02:42:ac:11:00:02', 'a MAC address');
}

function isMac(text: string): boolean {
  return (
    /^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text) ||
    /^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(text)
  );
}

function isSubnet(text: string): boolean {
  const [, address = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  return ipVersion(address) !== 0 && Number(bits) <= (isIpv4(address) ? 32 : 128);
}
