import type { ModelPath, Service } from '../../../compose/index.ts';
import { quote } from '../../../core/text.ts';
import { type BlameRule, type Suspect, serviceRule } from './rule.ts';

/** Settings of a service that the engine, or the machine below it, cannot fulfil. */
export const settingRules: readonly BlameRule[] = [
  serviceRule(/bind source path does not exist: (\S+)/, ({ service, resource, caught: [source = ''] }) => ({
    path: mountPath(service, (mount) => mount.source === source),
    code: 'run.mount',
    message: `cannot create container ${resource}: there is no ${quote(source)} on the engine's machine to mount`,
    hint: 'Create it first, or leave `create_host_path` at true, which makes an empty folder.',
  })),
  serviceRule(
    /cannot create bind source path (.+): (.+)$|error while creating mount source path '(.+?)': (?:mkdir .+?: )?(.+)$/,
    ({ service, resource, caught: [own, ownReason, source = own ?? '', reason = ownReason ?? ''] }) => ({
      path: mountPath(service, (mount) => mount.source === source),
      code: 'run.mount',
      message: `cannot create the folder ${quote(source)} on the engine's machine, which is to be mounted into container ${resource}: ${reason}`,
      hint: 'Create it yourself where the engine may not, or name a folder that is there.',
    }),
  ),
  serviceRule(
    /error mounting "(.+?)" to rootfs at "(.+?)": stat \1: not a directory/,
    ({ service, resource, caught: [source = '', target = ''] }) => ({
      path: mountPath(service, (mount) => mount.target === target),
      code: 'run.mount',
      message: `cannot start container ${resource}: there can be no ${quote(source)} to mount on the engine's machine, for a part of this path is a file`,
      hint: 'Correct the path, which is relative to the project directory, or replace the file by a folder.',
    }),
  ),
  serviceRule(
    /error mounting "(.+?)" to rootfs at "(.+?)".*not a directory/i,
    ({ service, resource, caught: [source = '', target = ''] }) => ({
      path: mountPath(service, (mount) => mount.target === target),
      code: 'run.mount',
      message: `cannot start container ${resource}: of ${quote(source)} and ${quote(target)}, which it is mounted on, one is a file and the other a folder`,
      hint: `A source that is missing becomes an empty folder: if ${quote(source)} is one, remove it and put the file there.`,
    }),
  ),
  serviceRule(/error mounting "(.+?)" to rootfs at "(.+?)"/i, ({ service, caught: [, target = ''] }) => ({
    path: mountPath(service, (mount) => mount.target === target),
    code: 'run.mount',
  })),
  serviceRule(
    /Invalid address (\S+?): It does not belong|address "(\S+?)" is not part of the subnet|no configured subnet.* contain(?:s|ing)? (?:the )?IP address (\S+)/i,
    (suspect) => addressVerdict(suspect, 'is not in its subnet', 'Choose one of the subnet in `ipam`.'),
  ),
  serviceRule(/Address already in use/, (suspect) =>
    suspect.service.networks === undefined
      ? undefined
      : addressVerdict(suspect, 'is taken', 'Choose another one, or leave the choice to the engine.'),
  ),
  serviceRule(
    /custom device "(.+?)": no such file|error gathering device information.*?"(.+?)"/,
    ({ service, resource, caught }) => {
      const device = caught.find((word) => word !== undefined) ?? '';
      const index = (service.devices ?? []).findIndex(({ source }) => source === device);
      return {
        path: ['services', service.name, 'devices', ...(index < 0 ? [] : [index])],
        code: 'run.setting',
        message: `cannot start container ${resource}: the engine's machine has no device ${quote(device)}`,
        hint: 'Plug it in or load its driver, or take the entry out; `ls /dev` on that machine shows what there is.',
      };
    },
  ),
  serviceRule(/could not select device driver ".*?" with capabilities: \[\[(.*?)\]\]/, (suspect) => ({
    path: ['services', suspect.service.name, suspect.service.gpus === undefined ? 'deploy' : 'gpus'],
    code: 'run.setting',
    message: `cannot start container ${suspect.resource}: the engine knows no ${suspect.caught[0] ?? ''} device on its machine`,
    hint: 'For an NVIDIA GPU it needs the driver and the NVIDIA Container Toolkit; without a GPU take the setting out.',
  })),
  serviceRule(/open \/proc\/sys\/(\S+?):|sysctl "(.+?)" is not/, ({ service, resource, caught }) => {
    const name = (caught.find((word) => word !== undefined) ?? '').replaceAll('/', '.');
    return {
      path: ['services', service.name, 'sysctls', name],
      code: 'run.setting',
      message: `cannot start container ${resource}: the kernel has no setting ${quote(name)} that a container may change`,
      hint: 'Check its name with `sysctl -a`. Settings without a namespace of their own can be set on the machine only.',
    };
  }),
  serviceRule(/network "?([^"\s]+)"? not found/, ({ service, resource, caught: [network = ''] }) =>
    service.network_mode !== network
      ? undefined
      : {
          path: ['services', service.name, 'network_mode'],
          code: 'run.setting',
          message: `cannot create container ${resource}: the engine has no network ${quote(network)}`,
          hint: 'It is bridge, host, none, service:NAME, container:NAME or the name of a network as `network ls` shows it.',
        },
  ),
  serviceRule(/looking up logging plugin (.+?):/, ({ service, resource, caught: [driver = ''] }) => ({
    path: ['services', service.name, 'logging', 'driver'],
    code: 'run.setting',
    message: `cannot create container ${resource}: the engine has no logging driver ${quote(driver)}`,
    hint: 'Usual ones are "json-file", "local", "journald", "syslog" and "none"; others are plugins to install.',
  })),
  serviceRule(/[Uu]nknown runtime specified:? (\S+)/, ({ service, resource, caught: [runtime = ''] }) => ({
    path: ['services', service.name, 'runtime'],
    code: 'run.setting',
    message: `cannot create container ${resource}: the engine has no runtime ${quote(runtime)}`,
    hint: '`docker info` lists those it has; take the setting out to use its default.',
  })),
  serviceRule(/does not match the specified platform/, ({ service }) => ({
    path: ['services', service.name, service.platform === undefined ? 'image' : 'platform'],
    hint: 'Set `platform` to what the image is for, or pull it for the platform that is set.',
  })),
  // The native engine names the setting itself.
  serviceRule(/(?:^|cannot honour )services\.(\S+?): /, ({ service, caught: [field = ''] }) =>
    field.startsWith(`${service.name}.`)
      ? { path: ['services', service.name, ...nativePath(service, field.slice(service.name.length + 1))] }
      : undefined,
  ),
  serviceRule(/port \d+ is already in use|port is already allocated/, ({ service }) => ({
    path: ['services', service.name, 'ports'],
  })),
  serviceRule(/already a container named|name is already in use/, ({ service }) =>
    service.container_name === undefined ? undefined : { path: ['services', service.name, 'container_name'] },
  ),
];

/** Devices by driver are asked for in either of two ways, and the engine sees one. */
function nativePath(service: Service, field: string): readonly string[] {
  return field === 'gpus' && service.gpus === undefined
    ? ['deploy', 'resources', 'reservations', 'devices']
    : field.split('.');
}

function mountPath(
  service: Service,
  matches: (mount: NonNullable<Service['volumes']>[number]) => boolean,
): ModelPath {
  const index = (service.volumes ?? []).findIndex(matches);
  return index < 0 ? ['services', service.name] : ['services', service.name, 'volumes', index];
}

function addressVerdict(
  { service, resource, caught }: Suspect & { readonly service: Service },
  what: string,
  hint: string,
): ReturnType<BlameRule['judge']> {
  const address = caught.find((word) => word !== undefined && word !== '');
  const wanted = [...(service.networks ?? [])].flatMap(([network, settings]) =>
    (['ipv4_address', 'ipv6_address'] as const).flatMap((key) => {
      const own = settings?.[key];
      return own === undefined || (address !== undefined && own !== address) ? [] : [{ network, key, own }];
    }),
  );
  const [first] = wanted;
  if (first === undefined || (address === undefined && wanted.length > 1)) return undefined;
  return {
    path: ['services', service.name, 'networks', first.network, first.key],
    code: 'run.setting',
    message: `container ${resource} cannot have the address ${first.own} in network ${quote(first.network)}: it ${what}`,
    hint,
  };
}
