import { labelPairs } from './attributes.ts';
import { fields, listOf, mapOf } from './shapes.ts';
import { bool, type Gen, int, oneOf, str } from './source.ts';
import { map, plain } from './yaml-tree.ts';

const external: Gen = (source) =>
  source.odd()
    ? oneOf(
        () => map({ external: map({ name: plain('old-style') }) }),
        fields({ external: bool(), name: str('n'), driver: str('d'), labels: labelPairs }, ['external']),
      )(source)
    : fields({ external: () => plain('true'), name: str('already-there', 'a.b') }, ['external'])(source);

const driverOptions = mapOf(
  ['type', 'o', 'device', 'com.docker.x'],
  oneOf(str('nfs', 'addr=10.40.0.199,nolock,soft,rw', ':/docker/example', 'none', 'bind'), int(5), () =>
    plain('1.5'),
  ),
  4,
);

export const network: Gen = oneOf(
  () => plain(''),
  () => map([]),
  external,
  fields(
    {
      name: str('my-app-net', 'a.b'),
      driver: str('bridge', 'overlay', 'macvlan'),
      driver_opts: driverOptions,
      ipam: fields({
        driver: str('default'),
        config: listOf(
          fields({
            subnet: str('172.28.0.0/16', '2001:db8::/64', '10.0.0.0/24'),
            ip_range: str('172.28.5.0/24'),
            gateway: str('172.28.5.254'),
            aux_addresses: mapOf(['host1', 'host2'], str('172.28.1.5', '172.28.1.6')),
          }),
          2,
        ),
        options: mapOf(['foo', 'baz'], oneOf(str('bar'), str('0'))),
      }),
      internal: bool(),
      attachable: bool(),
      labels: labelPairs,
      enable_ipv4: bool(),
      enable_ipv6: bool(),
    },
    [],
    0.35,
  ),
);

export const volume: Gen = oneOf(
  () => plain(''),
  () => map([]),
  external,
  fields({
    name: str('my-data', 'x_y'),
    driver: str('local', 'nfs'),
    driver_opts: driverOptions,
    labels: labelPairs,
  }),
  // A named volume that is a folder of the host: the device may be a relative path.
  (source) =>
    map({
      driver: plain('local'),
      driver_opts: map({
        type: plain('none'),
        o: plain('bind'),
        device: str('./data', '/abs', '../x', '~/y', 'rel')(source),
      }),
    }),
);

const content = oneOf(
  (source) => map({ file: str('./conf/app.conf', '../x', '/etc/x', '~/y', 'conf')(source) }),
  (source) => map({ environment: str('SET_OUTSIDE', 'NOT_SET')(source) }),
);

export const config: Gen = oneOf(
  content,
  external,
  (source) => map({ content: str('line 1\nline 2\n', 'a $ b')(source) }),
  fields({ file: str('./x'), name: str('cfg'), labels: labelPairs, template_driver: str('golang') }, [
    'file',
  ]),
);

export const secret: Gen = oneOf(
  content,
  external,
  fields(
    {
      file: str('./secret.txt'),
      name: str('s'),
      labels: labelPairs,
      driver: str('d'),
      driver_opts: driverOptions,
      template_driver: str('golang'),
    },
    ['file'],
  ),
);

export const model: Gen = fields(
  {
    model: str('ai/smollm2', 'hf.co/x/y:Q4'),
    context_size: int(1024, 4096),
    runtime_flags: listOf(str('--a', '--no-prefill-assistant')),
    name: str('named'),
  },
  ['model'],
);
