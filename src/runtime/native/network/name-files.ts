import type { ContainerSpec } from '../../spec.ts';
import type { Plumbing } from '../parts.ts';
import { uplink } from './work.ts';

type NamedSpec = Pick<
  ContainerSpec,
  'network' | 'extraHosts' | 'domainname' | 'dns' | 'dnsSearch' | 'dnsOptions'
>;

export interface HostsInput {
  readonly spec: NamedSpec;
  readonly hostname: string;
  /** The container's own. */
  readonly addresses: Plumbing['addresses'];
  /** /etc/hosts of the host, for a container that lives in the host's network. */
  readonly host?: string;
}

/** /etc/hosts of a container: itself and `extra_hosts`; all other names are asked for. */
export function hostsText({ spec, hostname, addresses, host }: HostsInput): string {
  const isHost = spec.network.kind === 'host';
  const own = spec.domainname === undefined ? hostname : `${hostname}.${spec.domainname} ${hostname}`;
  const base = isHost && host !== undefined ? host.replace(/\n*$/, '\n') : `${localNames}\n`;
  const lines = [
    ...spec.extraHosts.map((entry) => extraHost(entry, isHost ? '127.0.0.1' : uplink.host)),
    ...addresses
      .flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6])
      .filter((address) => address !== undefined)
      .map((address) => `${address}\t${own}`),
  ];
  return `${base}${lines.map((line) => `${line}\n`).join('')}`;
}

const localNames = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'ff00::0\tip6-mcastprefix',
  'ff02::1\tip6-allnodes',
  'ff02::2\tip6-allrouters',
].join('\n');

/** `host:address` or `host=address`; the address may be an IPv6 one, in brackets or not. */
function extraHost(entry: string, gateway: string): string {
  const [, name = '', address = ''] = /^([^:=]*)[:=](.*)$/.exec(entry) ?? [];
  return `${address === 'host-gateway' ? gateway : address.replace(/^\[|\]$/g, '')}\t${name}`;
}

export interface ResolvConfInput {
  readonly spec: NamedSpec;
  /** Where the engine answers for the container; none: it asks who the host asks. */
  readonly nameservers: readonly string[];
  /** /etc/resolv.conf of the host. */
  readonly host: string;
}

/** /etc/resolv.conf of a container. The engine's server passes on what it does not know, also to the spec's own servers. */
export function resolvConfText({ spec, nameservers, host }: ResolvConfInput): string {
  const isServed = nameservers.length > 0;
  const servers = isServed ? nameservers : spec.dns.length > 0 ? spec.dns : hostNameservers(host);
  const given = spec.dnsSearch.length > 0 ? spec.dnsSearch : lastWords(host, /^\s*(?:search|domain)\s+(.*)$/);
  // A single dot says that there is none.
  const search = given.filter((domain) => domain !== '.');
  const chosen = spec.dnsOptions.length > 0 ? spec.dnsOptions : lastWords(host, /^\s*options\s+(.*)$/);
  // A service's name has no dot, and shall be asked for as it is first.
  const options =
    isServed && !chosen.some((option) => option.startsWith('ndots:')) ? [...chosen, 'ndots:0'] : chosen;
  const lines = [
    ...servers.map((server) => `nameserver ${server}`),
    ...(search.length === 0 ? [] : [`search ${search.join(' ')}`]),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The servers of a resolv.conf(5). */
export function hostNameservers(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
}

/** Of several lines the last one counts; a comment may follow. */
function lastWords(text: string, pattern: RegExp): readonly string[] {
  const lines = text.split('\n').flatMap((line) => pattern.exec(line.replace(/[#;].*$/, ''))?.[1] ?? []);
  return (lines.at(-1) ?? '').split(/\s+/).filter((word) => word !== '');
}
