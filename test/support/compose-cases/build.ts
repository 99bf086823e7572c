import { fields, listOf, mapOf, pairs } from './shapes.ts';
import { bool, type Gen, int, oneOf, size, str } from './source.ts';
import { plain } from './yaml-tree.ts';

const context = str(
  '.',
  './app',
  '../sibling',
  '/abs/dir',
  '~/src',
  'https://github.com/docker/x.git#main:sub',
  'git@github.com:docker/x.git',
  'github.com/docker/x',
  'dir/with space',
  './a/../b/',
);

const long = fields(
  {
    context,
    dockerfile: str('Dockerfile.dev', 'docker/Dockerfile', '/abs/Dockerfile', '../Dockerfile'),
    dockerfile_inline: (source) =>
      source.odd() ? str('FROM x')(source) : str('FROM baseimage\nRUN some command\n')(source),
    args: pairs(
      ['GIT_COMMIT', 'VERSION', 'HTTP_PROXY', 'SET_OUTSIDE', 'EMPTY'],
      ['cdc3b19', '1.0', '', 'a b', 'x=y', '$esc'],
    ),
    ssh: oneOf(
      listOf(str('default', 'myproject=~/.ssh/myproject.pem', 'k=./key'), 2),
      mapOf(['default', 'proj'], oneOf(str('~/.ssh/x.pem', './x'))),
    ),
    labels: pairs(['com.example.a', 'b', 'c'], ['x', '', 'a b', '5']),
    cache_from: listOf(str('alpine:latest', 'type=local,src=path/to/cache', 'type=gha')),
    cache_to: listOf(str('user/app:cache', 'type=local,dest=path/to/cache')),
    no_cache: bool(),
    additional_contexts: pairs(
      ['resources', 'app', 'source', 'img'],
      [
        '/path/to/resources',
        './rel',
        'docker-image://my-app:latest',
        'https://github.com/myuser/project.git',
        '../up',
        'oci-layout://./x',
        '~/x',
      ],
      { bare: false },
    ),
    network: str('host', 'none', 'custom_net'),
    provenance: oneOf(str('mode=max', 'true', 'false'), () => plain('true')),
    sbom: oneOf(str('generator=docker/x', 'true'), () => plain('false')),
    pull: bool(),
    target: str('prod', 'dev'),
    shm_size: size,
    extra_hosts: listOf(str('somehost:162.242.195.82', 'other=::1')),
    isolation: str('default'),
    privileged: bool(),
    secrets: secretList,
    tags: listOf(str('myimage:mytag', 'registry/username/myrepos:my-other-tag')),
    ulimits: mapOf(
      ['nofile', 'nproc'],
      oneOf(int(100), fields({ soft: int(1), hard: int(2) }, ['soft', 'hard'])),
    ),
    platforms: listOf(str('linux/amd64', 'linux/arm64')),
    entitlements: listOf(str('network.host', 'security.insecure')),
  },
  [],
  0.22,
);

function secretList(source: Parameters<Gen>[0]): ReturnType<Gen> {
  const { secrets } = source.names;
  if (secrets.length === 0) return { kind: 'list', items: [] };
  return listOf(
    oneOf(
      str(...secrets),
      fields(
        {
          source: str(...secrets),
          target: str('t', '/x/y'),
          uid: str('0', '1000'),
          gid: str('5'),
          mode: () => plain('0400'),
        },
        ['source'],
      ),
    ),
    2,
  )(source);
}

export const build: Gen = (source) => {
  if (source.random.chance(0.3)) return context(source);
  const made = long(source);
  if (made.kind !== 'map' || source.odd()) return made;
  // Only one of the two may be there.
  const inline = made.entries.some(({ key }) => key.kind === 'scalar' && key.text === 'dockerfile_inline');
  return inline
    ? {
        ...made,
        entries: made.entries.filter(({ key }) => key.kind !== 'scalar' || key.text !== 'dockerfile'),
      }
    : made;
};
