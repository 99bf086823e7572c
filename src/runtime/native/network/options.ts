import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { NetworkSpec } from '../../../network/index.ts';
import { cannotHonour } from '../oci/index.ts';
import { outsideMtu } from './host-view.ts';
import type { NetworkRecord } from './state.ts';

type Options = Pick<
  NetworkRecord,
  'bridge' | 'mtu' | 'masquerade' | 'talks' | 'interfacePrefix' | 'bindAddress'
>;

/** What `driver_opts` of a bridge network mean; of Docker's options, those that cannot be kept are refused. */
export function readOptions(spec: NetworkSpec): Options {
  if (spec.driver !== undefined && !bridgeDrivers.has(spec.driver)) {
    throw cannotHonour(
      `networks.${spec.key}.driver`,
      `it has no network driver ${quote(spec.driver)}, only "bridge"`,
    );
  }
  if (spec.ipam.driver !== undefined && spec.ipam.driver !== 'default') {
    throw cannotHonour(
      `networks.${spec.key}.ipam.driver`,
      `it has no ipam driver ${quote(spec.ipam.driver)}`,
    );
  }
  const option = (name: string): string | undefined => spec.driverOptions[`${prefix}${name}`];
  for (const name of Object.keys(spec.driverOptions)) {
    if (name.startsWith(prefix) && !known.has(name.slice(prefix.length))) {
      throw cannotHonour(`networks.${spec.key}.driver_opts.${name}`, 'it has no such option');
    }
  }
  const bindAddress = option('bridge.host_binding_ipv4');
  return {
    bridge: deviceName(spec, option('bridge.name') ?? 'bridge'),
    mtu: mtuOf(spec, option('driver.mtu')),
    masquerade: isOn(spec, 'bridge.enable_ip_masquerade', option('bridge.enable_ip_masquerade')),
    talks: isOn(spec, 'bridge.enable_icc', option('bridge.enable_icc')),
    interfacePrefix: option('container_iface_prefix') ?? 'eth',
    ...(bindAddress === undefined || bindAddress === '0.0.0.0' ? {} : { bindAddress }),
  };
}

const bridgeDrivers = new Set(['', 'bridge', 'default']);
const prefix = 'com.docker.network.';
const known = new Set([
  'bridge.name',
  'bridge.enable_icc',
  'bridge.enable_ip_masquerade',
  'bridge.host_binding_ipv4',
  'bridge.default_bridge',
  'driver.mtu',
  'container_iface_prefix',
]);

function mtuOf(spec: NetworkSpec, text: string | undefined): number {
  if (text === undefined) return outsideMtu();
  const mtu = Number(text);
  if (/^\d+$/.test(text) && mtu >= 68 && mtu <= 65_535) return mtu;
  throw refused(spec, 'driver.mtu', text);
}

function isOn(spec: NetworkSpec, name: string, text: string | undefined): boolean {
  if (text === undefined || /^(1|t|true)$/i.test(text)) return true;
  if (/^(0|f|false)$/i.test(text)) return false;
  throw refused(spec, name, text);
}

function deviceName(spec: NetworkSpec, text: string): string {
  if (/^[^\s/:]{1,15}$/.test(text) && text !== '.' && text !== '..') return text;
  throw refused(spec, 'bridge.name', text);
}

function refused(spec: NetworkSpec, name: string, value: string): FlotillaError {
  return new FlotillaError(
    'engine.request',
    `cannot create network "${spec.name}": ${quote(value)} is no value for ${prefix}${name}`,
  );
}
