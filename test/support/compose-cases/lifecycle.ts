import { fields, listOf, oneOrList, pairs } from './shapes.ts';
import { bool, duration, type Gen, int, oneOf, str } from './source.ts';

export const healthcheck: Gen = fields(
  {
    test: oneOf(
      str('curl -f http://localhost || exit 1', 'pg_isready -U $$POSTGRES_USER', 'exit 0', ''),
      (source) => ({
        kind: 'list',
        items: [
          str(source.odd() ? 'curl' : 'CMD', 'CMD-SHELL')(source),
          str('mysqladmin ping -h 127.0.0.1 -u root --password=$$X', 'curl')(source),
          ...(source.random.chance(0.5) ? [str('-f', 'http://localhost:8080/health')(source)] : []),
        ],
        flow: source.random.chance(0.7),
      }),
      (source) => ({ kind: 'list', items: [str('NONE')(source)], flow: true }),
    ),
    interval: duration,
    timeout: duration,
    retries: int(0, 3, 10),
    start_period: duration,
    start_interval: duration,
    disable: bool(),
  },
  [],
  0.5,
);

export const hook: Gen = fields(
  {
    command: oneOf(str('./do_something.sh', 'echo "a b"'), listOf(str('sh', '-c', 'x y'))),
    user: str('root', '1000'),
    privileged: bool(),
    working_dir: str('/app'),
    environment: pairs(['FOO', 'SET_OUTSIDE', 'B'], ['bar', '', 'a=b', '5']),
  },
  ['command'],
);

export const develop: Gen = fields(
  {
    watch: listOf((source) => {
      const rebuild = source.random.chance(0.3);
      const base = {
        path: str('./src', 'src', '/abs/src', '../up', '~/x', './package.json'),
        ignore: oneOrList(str('node_modules/', '*.md')),
        include: oneOrList(str('*.go')),
      };
      if (rebuild) return fields({ ...base, action: str('rebuild', 'restart') }, ['path', 'action'])(source);
      return fields(
        {
          ...base,
          action: str(source.odd() ? 'copy' : 'sync', 'sync+restart', 'sync+exec'),
          target: str('/app/src', '/x/../y'),
          exec: hook,
          initial_sync: bool(),
        },
        ['path', 'action', 'target'],
        0.3,
      )(source);
    }, 2),
  },
  ['watch'],
);
