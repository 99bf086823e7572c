import { fields, listOf, pairs } from './shapes.ts';
import { bool, type Gen, int, oneOf, size, spell, spellText, str } from './source.ts';
import { plain } from './yaml-tree.ts';

const shortPort: Gen = (source) =>
  source.odd()
    ? str(
        '80:80:80',
        'a:80',
        '80:a',
        '90-80:1',
        '80-82:90-91',
        '127.0.0.1',
        ':80',
        '80:',
        '70000',
        '0',
        '80/x',
        '::1:80:80',
        ' 80',
        '1.2.3:1:1',
        '-80',
      )(source)
    : str(
        '3000',
        '3000-3005',
        '8000:8000',
        '9090-9091:8080-8081',
        '49100:22',
        '8000-9000:80',
        '127.0.0.1:8001:8001',
        '127.0.0.1:5000-5010:5000-5010',
        '127.0.0.1::5000',
        '6060:6060/udp',
        '[::1]:81:80',
        '0.0.0.0:443:443/tcp',
        '53:53/udp',
        '53:53/tcp',
        '80:8080/sctp',
        '[2001:db8::1]:80-81:80-81/udp',
        '08:08',
      )(source);

export const port: Gen = oneOf(
  shortPort,
  shortPort,
  int(80, 443, 8080, 22),
  () => plain('8080:80'),
  () => plain('22:22'),
  fields(
    {
      target: int(80, 8443),
      published: oneOf(str('8080', '8083-9000', '80'), int(443)),
      host_ip: str('127.0.0.1', '::1', '0.0.0.0', '[::1]'),
      protocol: str('tcp', 'udp', 'TCP'),
      mode: str('host', 'ingress'),
      name: str('web', 'web-secured'),
      app_protocol: str('http'),
    },
    ['target'],
  ),
);

const target = str(
  '/data',
  '/var/lib/x',
  '/a/../b/',
  '/etc/conf.d/x.conf',
  '/c',
  'rel/target',
  '/with space',
);
const path = str(
  './data',
  '../up',
  '/abs/path',
  '~/home',
  '~',
  '.',
  './a b',
  '/a/../b',
  'C:\\data',
  'c:/data',
  '\\\\host\\share',
  './x/',
);

const options = [
  'ro',
  'rw',
  'z',
  'Z',
  'ro,z',
  'nocopy',
  'rprivate',
  'shared',
  'cached',
  'ro,rslave',
  'consistent',
  'volume-nocopy',
  'U',
  '',
];

const shortVolume: Gen = (source) => {
  const { random } = source;
  const targets = ['/data', '/var/lib/x', '/a/../b/', '/c', '/etc/x.conf', '/d1', '/d2', '/d3'];
  if (source.odd())
    return str(
      'a:b:c:d',
      ':x',
      'x:',
      '',
      ':',
      'a::b',
      'nope:/x',
      '/a:b',
      'C:',
      'C:\\x',
      'C:\\x:/y',
      'C:/x:D:\\y:ro',
      './x',
      '~:/x:ro',
      'a.b:/x',
      '..:/x',
    )(source);
  const from = random.pick([
    './data',
    '../up',
    '/abs/path',
    '~/home',
    '.',
    './a b/c',
    '/var/run/docker.sock',
    'C:\\data',
    'c:/data/x',
    './',
    '$PWD/x',
    ...source.names.volumes,
    ...source.names.volumes,
    ...source.names.volumes,
  ]);
  const at = random.pick(targets);
  const kind = random.below(6);
  if (kind === 0) return spellText(source, at);
  if (from === '$PWD/x')
    return spell(source, random.pick(['$' + '{HOME}/x:/h', '$HOME/y:/z:ro', '$' + '{NOPE:-./dflt}:/q']));
  if (kind < 4) return spellText(source, `${from}:${at}`);
  return spellText(source, `${from}:${at}:${random.pick(options)}`);
};

const named: Gen = (source) =>
  source.names.volumes.length === 0 ? str('/abs')(source) : str(...source.names.volumes)(source);

export const serviceVolume: Gen = (source) =>
  oneOf(
    shortVolume,
    shortVolume,
    shortVolume,
    fields(
      {
        type: str('bind'),
        source: path,
        target,
        read_only: bool(),
        consistency: str('cached', 'delegated'),
        bind: fields({
          propagation: str('rprivate', 'shared'),
          create_host_path: bool(),
          selinux: (each) => str(each.odd() ? 'q' : 'z', 'Z')(each),
          recursive: str('enabled', 'disabled', 'readonly'),
        }),
      },
      ['type', 'source', 'target'],
    ),
    fields(
      {
        type: str('volume'),
        ...(source.names.volumes.length === 0 ? {} : { source: named }),
        target,
        read_only: bool(),
        volume: fields({
          nocopy: bool(),
          subpath: str('sub', '/a/b'),
          labels: pairs(['a', 'b'], ['x', '', '5'], { bare: false }),
        }),
      },
      ['type', 'target'],
    ),
    fields(
      {
        type: str('tmpfs'),
        target,
        tmpfs: fields({
          size,
          mode: (each) => plain(each.random.pick(['0755', '0o1777', '"755"', '493', '01777'])),
        }),
      },
      ['type', 'target'],
    ),
    fields({ type: str('image'), source: str('my-image'), target, image: fields({ subpath: str('a/b') }) }, [
      'type',
      'source',
      'target',
    ]),
    fields({ type: str('npipe', 'cluster'), source: str('\\\\.\\pipe\\x', 'abc'), target }, [
      'type',
      'source',
      'target',
    ]),
  )(source);

export const devices: Gen = listOf(
  oneOf(
    str(
      '/dev/ttyUSB0:/dev/ttyUSB0',
      '/dev/sda:/dev/xvda:rwm',
      '/dev/kvm',
      'vendor1.com/device=gpu',
      '/dev/a:r',
      '/dev/snd:/dev/snd:r',
    ),
    fields({ source: str('/dev/x', '/dev/y'), target: str('/dev/z'), permissions: str('rwm', 'r') }, [
      'source',
      'target',
    ]),
  ),
);
