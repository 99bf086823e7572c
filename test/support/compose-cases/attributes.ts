import { deploy } from './deploy.ts';
import { develop, healthcheck, hook } from './lifecycle.ts';
import { devices, port, serviceVolume } from './mounts.ts';
import { fields, listOf, mapOf, mapping, oneOrList, pairs } from './shapes.ts';
import {
  bool,
  duration,
  type Gen,
  int,
  junk,
  oneOf,
  type Source,
  size,
  spell,
  spellText,
  str,
} from './source.ts';
import { map, plain, type Yaml } from './yaml-tree.ts';

/** A name that exists, mostly. */
function known(kind: keyof Source['names']): Gen {
  return (source) => {
    const names = source.names[kind];
    if (names.length === 0 || source.odd()) return spellText(source, 'missing');
    return spellText(source, source.random.pick(names));
  };
}

/** A list without repetitions of names that exist, or undefined names where there are none. */
function someKnown(kind: keyof Source['names']): (source: Source) => readonly string[] {
  return (source) => source.random.shuffle(source.names[kind]).slice(0, 1 + source.random.below(2));
}

function namesOrMapping(kind: keyof Source['names'], options: Gen): Gen {
  return (source) => {
    const names = someKnown(kind)(source);
    if (source.random.chance(0.4))
      return { kind: 'list', items: names.map((name) => spellText(source, name)) };
    return mapping(
      source,
      names.map((name) => [name, options]),
    );
  };
}

/** Only services that come before: no cycles unless the case wants mistakes. */
function dependencies(source: Source, self: string): Yaml {
  const { services } = source.names;
  const before = source.odd() ? services : services.slice(0, services.indexOf(self));
  const names = source.random.shuffle(before).slice(0, 1 + source.random.below(2));
  if (source.random.chance(0.4)) return { kind: 'list', items: names.map((name) => spellText(source, name)) };
  return mapping(
    source,
    names.map((name) => [name, dependency]),
  );
}

const dependency = fields(
  {
    condition: (source) =>
      source.odd()
        ? str('healthy', '')(source)
        : str('service_started', 'service_healthy', 'service_completed_successfully')(source),
    restart: bool(),
    required: oneOf(
      () => plain('true'),
      () => plain('true'),
      () => plain('false'),
    ),
  },
  ['condition'],
);

const serviceNetwork = oneOf(
  () => plain(''),
  () => plain('~'),
  () => map([]),
  fields({
    aliases: listOf(str('db', 'web.local', 'alias1')),
    driver_opts: mapOf(['com.docker.network.x', 'a'], oneOf(str('x', 'true'), int(5, 1450))),
    gw_priority: int(0, 1, 100),
    interface_name: str('eth0', 'wan0'),
    ipv4_address: str('172.16.238.10', '10.0.0.2'),
    ipv6_address: str('2001:3984:3989::10', 'fe80::1'),
    link_local_ips: listOf(str('57.123.22.11', '57.123.22.13')),
    mac_address: str('02:42:ac:11:65:43'),
    priority: int(0, 100, 1000),
  }),
);

function fileReference(kind: 'configs' | 'secrets'): Gen {
  return oneOf(
    known(kind),
    fields(
      {
        source: known(kind),
        target: str('/etc/app.conf', 'conf', '/run/x/../y', 'sub/dir'),
        uid: str('103', '0'),
        gid: str('103', 'g'),
        mode: (source) => plain(source.random.pick(['0440', '0o440', '"0440"', '288', '"0o600"', '0444'])),
      },
      ['source'],
    ),
  );
}

const envFileEntry = oneOf(
  known('envFiles'),
  fields(
    {
      path: known('envFiles'),
      required: bool(),
      format: (source) => str(source.odd() ? 'foo' : 'raw')(source),
    },
    ['path'],
    0.3,
  ),
  fields({ path: str('./not-there.env'), required: () => plain('false') }, ['path', 'required']),
);

const command = oneOf(
  str(
    'npm start',
    'sh -c "echo hello && sleep 10"',
    "bash -c 'while true; do date; sleep 1; done'",
    'a\\ b "c d" \'e f\'',
    'echo $HOME $$',
    'java -jar app.jar --x="y z"',
    'a # comment',
    'a"b"c d\'\'',
    '--flag=value --other',
    'a\\\nb',
    'redis-server --save 60 1 --loglevel warning',
    'sh -c\n"multi\nline"\n',
    '"$$VAR" \\$x',
    '',
    ' ',
  ),
  listOf(str('npm', 'run', '-c', 'echo "hi"', 'a b', '', '5', '$X', 'multi\nline\n')),
  (source) =>
    source.odd() ? oneOf(() => plain('~'), str('"open', "it's", 'x \\'), junk)(source) : str('run')(source),
);

const extraHosts = oneOf(
  listOf(
    str(
      'somehost:162.242.195.82',
      'myhost=50.31.209.229',
      'ip6:::1',
      'ip6b=[2001:db8::1]',
      'host.docker.internal:host-gateway',
      'somehost=10.0.0.1',
    ),
  ),
  mapOf(
    ['somehost', 'other.host', 'h6'],
    oneOf(str('10.0.0.1', '::1', 'host-gateway', '[::1]'), listOf(str('1.1.1.1', '2.2.2.2'))),
  ),
);

const ulimits = mapOf(
  ['nofile', 'nproc', 'core', 'memlock'],
  oneOf(int(65535, 0, -1, 1024), fields({ soft: int(20000, -1), hard: int(40000, -1) }, ['soft', 'hard'])),
);

const throttle = listOf(
  fields({ path: str('/dev/sda', '/dev/sdb'), rate: oneOf(int(30, 1000), str('12mb', '1024k', '10')) }, [
    'path',
    'rate',
  ]),
);

export const labelPairs = pairs(
  [
    'traefik.enable',
    'traefik.http.routers.app.rule',
    'com.example.description',
    'a',
    'b.c',
    'org.x/y',
    'com.centurylinklabs.watchtower.enable',
  ],
  [
    'true',
    'Host(`example.com`) && PathPrefix(`/api`)',
    'Accounting "webapp"',
    '',
    'a=b=c',
    "it's",
    'user:$apr1$abc$def',
    'x: y',
    '<b>&amp;</b>',
    'ünï ☃',
    '${literal}',
    ' spaces ',
    '5',
    'multi\nline',
    '\u2028',
  ],
  { bare: true },
);

const environmentPairs = pairs(
  [
    'POSTGRES_PASSWORD',
    'DB_HOST',
    'URL',
    'A',
    'b',
    'EMPTY',
    'JAVA_OPTS',
    'SET_OUTSIDE',
    'X-Y',
    'with.dot',
    'HOME',
  ],
  [
    'secret',
    'postgres://user:pa$$word@db:5432/app?sslmode=disable',
    '-Xms512m -Xmx1g -Dfoo="bar baz"',
    '',
    '["a", "b"]',
    '{"json": true, "n": {"a": 1}}',
    'a=b=c',
    '#nocomment',
    'x #y',
    "it's",
    'true',
    '5432',
    'multi\nline\ntext\n',
    "external_url 'https://gitlab.example.com'\ngitlab_rails['smtp_enable'] = true\n",
    '%Y-%m-%d',
    '<tag>&',
    'tab\there',
    'Ünïcödé ☃ 🐳',
    '0777',
    'null',
    ' lead',
  ],
);

function sharedNamespace(...more: readonly string[]): (source: Source, self: string) => Yaml {
  return (source, self) => {
    const { services } = source.names;
    const before = services.slice(0, services.indexOf(self));
    const choices = [...more, ...before.map((name) => `service:${name}`)];
    if (source.odd()) choices.push('service:missing', 'container:other', 'bogus', '');
    return str(...choices)(source);
  };
}

type ServiceGen = (source: Source, self: string) => Yaml;

/** Every attribute of a service but `image`, `build`, `extends` and `profiles`, which decide what the service is. */
export const serviceAttributes: Readonly<Record<string, ServiceGen>> = {
  annotations: labelPairs,
  attach: bool(),
  blkio_config: fields({
    weight: int(10, 300, 1000),
    weight_device: listOf(fields({ path: str('/dev/sda'), weight: int(10, 400) }, ['path', 'weight'])),
    device_read_bps: throttle,
    device_read_iops: throttle,
    device_write_bps: throttle,
    device_write_iops: throttle,
  }),
  cap_add: listOf(str('NET_ADMIN', 'SYS_PTRACE', 'ALL', 'CAP_CHOWN')),
  cap_drop: listOf(str('ALL', 'NET_RAW')),
  cgroup: (source) => str(source.odd() ? 'x' : 'host', 'private')(source),
  cgroup_parent: str('m-executor-abcd', '/docker/x'),
  command,
  configs: listOf(fileReference('configs'), 2),
  container_name: (source, self) => str(`c-${self.replaceAll(/[^a-z0-9]/gi, '')}`, 'my_app.1')(source),
  cpu_count: int(0, 1, 4),
  cpu_percent: int(0, 10, 100),
  cpu_period: int(0, 50000, 100000),
  cpu_quota: int(-1, 25000),
  cpu_rt_period: (source) => (source.odd() ? str('1400us', '11ms') : int(0, 400000))(source),
  cpu_rt_runtime: (source) => (source.odd() ? str('400ms') : int(0, 95000))(source),
  cpu_shares: int(0, 73, 1024),
  cpus: oneOf(
    int(0, 1, 2),
    str('0.5', '1.25'),
    () => plain('0.5'),
    () => plain('1.50'),
  ),
  cpuset: str('0,1', '0-3'),
  credential_spec: fields(
    { file: str('my-spec.json'), registry: str('my-spec'), config: known('configs') },
    [],
    0.5,
  ),
  depends_on: dependencies,
  deploy,
  develop,
  device_cgroup_rules: listOf(str('c 1:3 mr', 'a 7:* rmw')),
  devices,
  dns: oneOrList(str('8.8.8.8', '9.9.9.9', '::1')),
  dns_opt: listOf(str('use-vc', 'no-tld-query')),
  dns_search: oneOrList(str('dc1.example.com', 'example.com', '.')),
  domainname: str('example.com'),
  entrypoint: command,
  env_file: oneOf(known('envFiles'), listOf(envFileEntry)),
  environment: environmentPairs,
  expose: listOf(oneOf(str('3000', '8000-8005', '80/udp', '9000-9001/tcp'), int(80, 443))),
  external_links: listOf(str('redis', 'database:mysql')),
  extra_hosts: extraHosts,
  gpus: oneOf(
    str('all'),
    listOf(
      (source) =>
        fields({
          driver: str('nvidia', '3dfx'),
          capabilities: listOf(str('gpu', 'compute')),
          count: oneOf(int(1, 2), str('all'), () => plain('-1')),
          ...(source.random.chance(0.3) ? { device_ids: listOf(str('0', '3', 'GPU-abc')) } : {}),
          options: mapOf(['virt', 'x'], str('false', 'y')),
        })(source),
      2,
    ),
  ),
  group_add: listOf(oneOf(str('mail', 'docker'), int(999, 0))),
  healthcheck,
  hostname: str('web1', 'a.b.c'),
  init: bool(),
  ipc: sharedNamespace('host', 'shareable', 'private'),
  isolation: str('default', 'hyperv'),
  label_file: oneOrList(known('labelFiles')),
  labels: labelPairs,
  links: (source, self) => {
    const { services } = source.names;
    const before = services.slice(0, Math.max(0, services.indexOf(self)));
    const one = source.random.pick(['', ...before].slice(before.length > 0 ? 1 : 0));
    return { kind: 'list', items: one === '' ? [] : [str(one, `${one}:alias`)(source)] };
  },
  logging: fields({
    driver: str('json-file', 'syslog', 'none', 'local'),
    options: mapOf(
      ['max-size', 'max-file', 'syslog-address', 'tag'],
      oneOf(
        str('10m', '3', 'tcp://192.168.0.42:123', '{{.Name}}'),
        int(3),
        () => plain('1.5'),
        () => plain(''),
      ),
    ),
  }),
  mac_address: str('02:42:ac:11:65:43'),
  mem_limit: size,
  mem_reservation: size,
  mem_swappiness: int(0, 60, 100),
  memswap_limit: oneOf(size, int(-1)),
  models: namesOrMapping(
    'models',
    oneOf(() => plain(''), fields({ endpoint_var: str('AI_URL'), model_var: str('AI_MODEL') })),
  ),
  network_mode: sharedNamespace('host', 'none', 'bridge', 'container:abc'),
  networks: namesOrMapping('networks', serviceNetwork),
  oom_kill_disable: bool(),
  oom_score_adj: int(-1000, 0, 500),
  pid: sharedNamespace('host'),
  pids_limit: int(-1, 0, 100),
  platform: str('linux/amd64', 'linux/arm64/v8', 'darwin'),
  ports: listOf(port, 4),
  post_start: listOf(hook, 2),
  pre_stop: listOf(hook, 2),
  // docker compose 2.40 does not know it.
  pre_start: (source) => (source.odd() ? listOf(hook, 2)(source) : { kind: 'list', items: [], flow: true }),
  pull_refresh_after: str('24h'),
  privileged: bool(),
  provider: fields(
    {
      type: str('awesomecloud', 'model'),
      options: mapOf(
        ['type', 'size'],
        oneOf(str('mysql', 'a b'), int(256), bool(), listOf(oneOf(str('a', 'b'), int(1)))),
      ),
    },
    ['type'],
  ),
  pull_policy: str(
    'always',
    'never',
    'missing',
    'if_not_present',
    'build',
    'daily',
    'weekly',
    'every_12h',
    'every_1d',
  ),
  read_only: bool(),
  restart: (source) =>
    source.odd()
      ? oneOf(() => plain('no'), str('on-failure:x', 'sometimes'))(source)
      : str('always', 'no', 'unless-stopped', 'on-failure', 'on-failure:3')(source),
  runtime: str('runc', 'nvidia'),
  scale: int(0, 1, 2, 3),
  secrets: listOf(fileReference('secrets'), 2),
  security_opt: listOf(
    str('label:user:USER', 'no-new-privileges:true', 'seccomp=unconfined', 'apparmor:unconfined'),
  ),
  shm_size: size,
  stdin_open: bool(),
  stop_grace_period: duration,
  stop_signal: str('SIGUSR1', 'SIGTERM', '9'),
  storage_opt: mapOf(['size', 'x'], str('1G', 'y')),
  sysctls: pairs(['net.core.somaxconn', 'net.ipv4.tcp_syncookies', 'kernel.x'], ['1024', '0', 'a b'], {
    bare: false,
  }),
  tmpfs: oneOrList(str('/run', '/tmp:size=64m,mode=1777', '/a/../b')),
  tty: bool(),
  ulimits,
  use_api_socket: () => plain('true'),
  user: oneOf(str('root', '1000:1000', 'www-data'), (source) =>
    spell(source, '$' + '{UID_X:-1000}:$' + '{GID_X:-1000}'),
  ),
  userns_mode: str('host', ''),
  uts: (source) => str(source.odd() ? 'x' : 'host')(source),
  volumes: listOf(serviceVolume, 4),
  volumes_from: (source, self) => {
    const before = source.names.services.slice(0, source.names.services.indexOf(self));
    const choices = [
      'container:other',
      'container:other:rw',
      ...before,
      ...before.map((name) => `${name}:ro`),
    ];
    return listOf(str(...choices), 2)(source);
  },
  working_dir: str('/app', '/code/../x', 'relative'),
};

/** Pairs of attributes that exclude or bind one another; a valid service takes one of each. */
export const exclusive: readonly (readonly string[])[] = [
  ['network_mode', 'networks'],
  ['scale', 'container_name'],
  ['provider', 'image'],
];
