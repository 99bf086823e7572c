import { expect, test } from 'vitest';
import { psLayout, psRows } from '../../../../src/cli/output/ps.ts';
import { formatRows } from '../../../../src/cli/output/rows.ts';
import { containerId } from '../../../../src/core/ids.ts';
import type { ObservedContainer } from '../../../../src/runtime/index.ts';

const createdAt = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;
const now = (createdAt + 125) * 1000;

const database: ObservedContainer = {
  id: containerId('48bd3c7016fccea4788e0e16ba9e53a27a3671bf20bcf66a0d2854c67650d6b2'),
  name: 'shop-db-1',
  image: 'postgres:16',
  imageId: 'sha256:1',
  command: 'docker-entrypoint.sh postgres',
  labels: {
    'com.docker.compose.service': 'db',
    'com.docker.compose.project': 'shop',
    'a.key': 'with \u001b[31mcolour',
  },
  state: 'running',
  health: 'healthy',
  status: 'Up 2 minutes (healthy)',
  createdAt,
  networks: [{ network: 'shop_default' }, { network: 'shop_back' }],
  mounts: [
    { kind: 'volume', name: 'shop_data-with-a-long-name', target: '/data' },
    { kind: 'bind', source: '/srv', target: '/srv' },
  ],
  ports: [{ target: 5432, protocol: 'tcp' }],
};
const web: ObservedContainer = {
  ...database,
  id: containerId('2e11c24522fa1c3854ede2c98a79118865b875c9066078d2ae1be2de20f4ae5b'),
  name: 'shop-web-1',
  image: 'nginx',
  command: 'nginx',
  labels: { 'com.docker.compose.service': 'web' },
  state: 'exited',
  health: 'none',
  exitCode: 137,
  status: 'Exited (137) 3 seconds ago',
  createdAt: createdAt + 70,
  mounts: [],
  ports: [{ target: 80, protocol: 'tcp', published: 8080, hostIp: '0.0.0.0' }],
};

function ps(format: string, noTrunc = false): string {
  return formatRows(psRows([database, web], { now, noTrunc }), format, psLayout);
}

test("the table is docker compose's", () => {
  expect(ps('')).toBe(ps('table'));
  expect(ps('')).toMatchInlineSnapshot(`
    "NAME         IMAGE         COMMAND                  SERVICE   CREATED          STATUS                       PORTS
    shop-db-1    postgres:16   "docker-entrypoint.s…"   db        2 minutes ago    Up 2 minutes (healthy)       5432/tcp
    shop-web-1   nginx         "nginx"                  web       55 seconds ago   Exited (137) 3 seconds ago   0.0.0.0:8080->80/tcp
    "
  `);
});

test('--no-trunc shows whole commands', () => {
  expect(ps('', true)).toMatchInlineSnapshot(`
    "NAME         IMAGE         COMMAND                           SERVICE   CREATED          STATUS                       PORTS
    shop-db-1    postgres:16   "docker-entrypoint.sh postgres"   db        2 minutes ago    Up 2 minutes (healthy)       5432/tcp
    shop-web-1   nginx         "nginx"                           web       55 seconds ago   Exited (137) 3 seconds ago   0.0.0.0:8080->80/tcp
    "
  `);
});

test('an empty list is a line of titles', () => {
  expect(formatRows([], '', psLayout)).toMatchInlineSnapshot(`
    "NAME      IMAGE     COMMAND   SERVICE   CREATED   STATUS    PORTS
    "
  `);
  expect(formatRows([], 'json', psLayout)).toBe('');
});

test('json is an object per line, with keys in byte order and nothing that drives a terminal', () => {
  const [first = ''] = ps('json').split('\n');
  const shown = { ...JSON.parse(first), CreatedAt: 'local time' };
  expect(shown).toMatchInlineSnapshot(`
    {
      "Command": ""docker-entrypoint.s…"",
      "CreatedAt": "local time",
      "ExitCode": 0,
      "Health": "healthy",
      "ID": "48bd3c7016fc",
      "Image": "postgres:16",
      "Labels": "a.key=with \\u001b[31mcolour,com.docker.compose.project=shop,com.docker.compose.service=db",
      "LocalVolumes": "1",
      "Mounts": "shop_data-with…,/srv",
      "Name": "shop-db-1",
      "Names": "shop-db-1",
      "Networks": "shop_default,shop_back",
      "Ports": "5432/tcp",
      "Project": "shop",
      "Publishers": [
        {
          "Protocol": "tcp",
          "PublishedPort": 0,
          "TargetPort": 5432,
          "URL": "",
        },
      ],
      "RunningFor": "2 minutes ago",
      "Service": "db",
      "Size": "0B",
      "State": "running",
      "Status": "Up 2 minutes (healthy)",
    }
  `);
  expect(Object.keys(shown)).toEqual([...Object.keys(shown)].sort());
  expect(ps('{{json .}}')).toBe(ps('json'));
});

test('a table of chosen columns titles them', () => {
  expect(
    ps('table {{.Name}}\\t{{.Label "com.docker.compose.service"}}\\t{{.ExitCode}}\\t{{.LocalVolumes}}'),
  ).toMatchInlineSnapshot(`
    "NAME         service   EXIT CODE   LOCAL VOLUMES
    shop-db-1    db        0           1
    shop-web-1   web       137         0
    "
  `);
});

test('a plain format is a line per container', () => {
  expect(ps('{{.Name}}\\t{{.ID}}')).toBe('shop-db-1\t48bd3c7016fc\nshop-web-1\t2e11c24522fa\n');
});

test('times of creation are local, as Go prints them', () => {
  expect(ps('{{.CreatedAt}}')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} \S+\n/);
});
