import { describe, expect, it } from 'vitest';
import { formatPosition } from '../../../../src/core/diagnostic.ts';
import { lintText } from './support.ts';

async function codes(...args: Parameters<typeof lintText>): Promise<readonly string[]> {
  return (await lintText(...args)).map(({ code, at }) => `${code} ${formatPosition(at)}`);
}

const twoImages = 'services:\n  web: {image: nginx}\n  db:\n    image: postgres\n';

describe('a finding', () => {
  it('has its place, its lines and the next move', async () => {
    const [finding] = await lintText('services:\n  web:\n    image: nginx:latest\n');
    expect(finding).toMatchInlineSnapshot(`
      {
        "at": {
          "end": {
            "column": 24,
            "line": 3,
          },
          "file": "compose.yaml",
          "start": {
            "column": 12,
            "line": 3,
          },
        },
        "code": "lint.latest-tag",
        "frame": "1 | services:
      2 |   web:
      3 |     image: nginx:latest
        |            ^^^^^^^^^^^^",
        "hint": "Name the version that you have tested: "nginx:VERSION".",
        "message": "services.web: "nginx:latest" is whatever is newest, so that another version may run tomorrow",
        "path": "services.web.image",
        "severity": "warning",
      }
    `);
  });

  it('is said once when services share their lines', async () => {
    const shared = 'x-web: &web {image: nginx}\nservices: {a: {<<: *web}, b: {<<: *web}, c: {<<: *web}}\n';
    const findings = await lintText(shared);
    expect(findings.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "services.a: "nginx" has no tag, so that another version may run tomorrow; these lines are also those of 2 other places",
      ]
    `);
  });

  it('comes in the order of the file, warnings of the loader among them', async () => {
    expect(await codes(`version: "3"\n${twoImages}    privileged: true\n`)).toMatchInlineSnapshot(`
      [
        "compose.obsolete compose.yaml:1:1",
        "lint.latest-tag compose.yaml:3:16",
        "lint.latest-tag compose.yaml:5:12",
        "lint.privileged compose.yaml:6:17",
      ]
    `);
  });

  it('is about the file that set the value', async () => {
    const override = { 'compose.override.yaml': 'services:\n  web:\n    privileged: true\n' };
    expect(await codes('services: {web: {image: "nginx:1"}}\n', override)).toEqual([
      'lint.privileged compose.override.yaml:3:17',
    ]);
  });
});

describe('rules are switched off', () => {
  it('by the request', async () => {
    expect(await codes(twoImages, {}, { disable: ['lint.latest-tag'] })).toEqual([]);
  });

  it('for the project and for one service in the file', async () => {
    const everywhere = `${twoImages}x-flotilla: {lint: {disable: [lint.latest-tag]}}\n`;
    expect(await codes(everywhere)).toEqual([]);
    const one = `${twoImages}    x-flotilla: {lint: {disable: [lint.latest-tag]}}\n`;
    expect(await codes(one)).toEqual(['lint.latest-tag compose.yaml:2:16']);
  });

  it('warnings of the loader as well, but no errors', async () => {
    const disable = ['compose.obsolete', 'compose.unknown-key'];
    expect(await codes('version: "3"\nservices: {web: {image: "a:1"}}\n', {}, { disable })).toEqual([]);
    expect(await codes('services: {web: {imagee: a}}\n', {}, { disable })).toEqual([
      'compose.unknown-key compose.yaml:1:18',
    ]);
  });
});

describe('services', () => {
  it('that are named limit the findings', async () => {
    expect(await codes(`${twoImages}volumes: {unused: }\n`, {}, { services: ['db'] })).toEqual([
      'lint.latest-tag compose.yaml:4:12',
    ]);
  });

  it('that do not exist are an error', async () => {
    expect(await codes(twoImages, {}, { services: ['dbb'] })).toEqual(['compose.no-service ']);
  });

  it('that a profile leaves out are looked at, but do not collide with others', async () => {
    const file = `services:
  a: {image: "a:1", ports: ["80:80"]}
  b: {image: b, profiles: [other], ports: ["80:80"]}
`;
    expect(await codes(file)).toEqual(['lint.latest-tag compose.yaml:3:14']);
    expect(await codes(file, {}, {}, { profiles: ['other'] })).toEqual([
      'lint.latest-tag compose.yaml:3:14',
      'lint.same-host-port compose.yaml:3:44',
    ]);
  });
});

describe('nothing is said of', () => {
  const service = (text: string) => `services:\n  web:\n    image: web:1\n${text}`;

  it.each([
    ['an image by variable', `services: {web: {image: "nginx:\${TAG:-latest}"}}\n`],
    ['an image with a registry port', 'services: {web: {image: "registry:5000/web:1"}}\n'],
    ['an image that is built', 'services: {web: {image: web, build: .}}\n'],
    ['a secret by variable', service(`    environment: {PASSWORD: "\${PASSWORD:-x}"}\n`)],
    ['a secret that is taken over', service('    environment: [PASSWORD]\n')],
    ['a shell that is the entrypoint', service('    entrypoint: [sh, -c]\n    command: [a, "&&", b]\n')],
    ['a check by a shell', service('    healthcheck: {test: [CMD, sh, -c, "a || b"]}\n')],
    ['a check that is one program', service('    healthcheck: {test: [CMD, /bin/ready]}\n')],
    [
      'ports of two addresses',
      `services:
  a: {image: "a:1", ports: ["127.0.0.1:80:80"]}
  b: {image: "b:1", ports: ["127.0.0.2:80:80", "[::1]:80:80"]}
`,
    ],
    [
      'a port that the one before has given back',
      `services:
  a: {image: "a:1", ports: ["80:80"]}
  b: {image: "b:1", ports: ["80:80"], depends_on: {a: {condition: service_completed_successfully}}}
`,
    ],
    [
      'ports of a service in the network of another',
      `services:
  a: {image: "a:1", ports: ["80:80"]}
  b: {image: "b:1", ports: ["80:80"], network_mode: "service:a"}
`,
    ],
    ['tcp and udp of one port', service('    ports: ["53:53", "53:53/udp"]\n')],
    ['a data folder that is not there yet', service('    volumes: ["./data:/data"]\n')],
    ['sockets of this machine', service('    volumes: ["/run/app.sock:/run/app.sock"]\n')],
    ['numbers that stay as they are', service('    environment: {A: 1, B: 0.5, C: -3, D: true}\n')],
    ['variables in the middle of words', service(`    environment: {A: "a\${HOME}b", B: "/x/$HOME"}\n`)],
    [
      'a volume that only a profile uses',
      `${service('')}  b: {image: "b:1", profiles: [p], volumes: ["data:/v"]}
volumes: {data: }
`,
    ],
  ])('%s', async (_, text) => {
    const found = await codes(text, {}, {}, { environment: { HOME: '/root', TAG: '1', PASSWORD: 'p' } });
    expect(found).toEqual([]);
  });
});

it('finds the digest of a password that lost its parts', async () => {
  const [finding] = await lintText(
    'services:\n  web:\n    image: web:1\n    labels: {auth: "user:$apr1$salt$digest"}\n',
  );
  expect(finding).toMatchObject({ code: 'lint.swallowed-dollar' });
  expect(finding?.message).toMatchInlineSnapshot(
    `""$apr1" in the middle of this text is a variable that is not set: the text loses it"`,
  );
});

describe('what up would refuse', () => {
  const messages = async (service: string) =>
    (await lintText(`services:\n  web:\n    image: web:1\n${service}`)).map(
      ({ path, message, hint }) => `${path}: ${message} | ${hint}`,
    );

  it('is one port twice in a service, or too few for its replicas', async () => {
    expect(await messages('    ports: ["80:80", "80:81"]\n')).toMatchInlineSnapshot(`
      [
        "services.web.ports[1]: services.web publishes port 80/tcp of this machine, which its ports[0] has already | Give one of them another port on the left of the colon.",
      ]
    `);
    expect(await messages('    scale: 3\n    ports: ["80-81:80"]\n')).toMatchInlineSnapshot(`
      [
        "services.web.ports[0]: services.web has 3 replicas, and only 2 of them can have a port of this machine | Publish a range ("80-82:80"), or let the engine choose: "80".",
      ]
    `);
  });

  it('is too little memory, at the place that counts', async () => {
    expect(
      await messages('    deploy: {resources: {limits: {memory: 4m}, reservations: {memory: 5m}}}\n'),
    ).toMatchInlineSnapshot(`
      [
        "services.web.deploy.resources.limits.memory: services.web: 4194304 bytes of memory are less than the 6 MB that an engine asks for at least | Write 6m or more.",
        "services.web.deploy.resources.reservations.memory: services.web reserves 5242880 bytes of memory and may use 4194304 at most: the engine refuses that | Make the reservation smaller than the limit.",
      ]
    `);
    expect(await messages('    mem_limit: "512"\n')).toMatchInlineSnapshot(`
      [
        "services.web.mem_limit: services.web: 512 bytes of memory are less than the 6 MB that an engine asks for at least | A number without a unit counts bytes: write "512m" for megabytes.",
      ]
    `);
  });
});

it('tells of values that up would refuse, of services behind a profile too', async () => {
  const found = await lintText(`services:
  web: {image: Nginx:Latest, restart: unless_stopped, ports: [{target: 80, protocol: tpc}], volumes: ["./a:b"]}
  tool: {image: "t:1", profiles: [p], stop_signal: SIGTREM, networks: {default: {ipv4_address: x}}}
networks: {default: {driver: brigde}}
`);
  expect(found.map(({ code, message, hint }) => `${code}: ${message} | ${hint}`)).toMatchInlineSnapshot(`
    [
      "lint.refused-value: services.web: "Nginx:Latest" is not an image reference | Names of images are in lower case: "nginx:Latest".",
      "lint.refused-value: services.web.restart: "unless_stopped" is no restart policy | Did you mean "unless-stopped"? Write "no", "always", "on-failure" or "unless-stopped".",
      "lint.refused-value: services.web.ports[0]: there is no protocol "tpc" | Write "tcp", "udp" or "sctp".",
      "lint.refused-value: services.web.volumes[0]: "b" is no absolute path in the container | Begin it with a slash: "/b".",
      "lint.refused-value: services.tool.stop_signal: "SIGTREM" is no signal | Did you mean "SIGTERM"? Write a name such as SIGTERM, SIGINT or SIGQUIT, or a number.",
      "lint.refused-value: services.tool.networks.default.ipv4_address: "x" is not an IP address | Write it like "172.20.0.10".",
      "lint.refused-value: networks.default.driver: there is no driver "brigde" | Did you mean "bridge"?",
    ]
  `);
});

it('offers options of mounts only from the list', async () => {
  const [finding] = await lintText('services: {a: {image: "a:1", volumes: ["./a:/b:toString"]}}');
  expect(finding?.hint).toMatchInlineSnapshot(
    `"Known are ro, rw, z, Z, nocopy, private, rprivate, shared, rshared, slave, rslave."`,
  );
});

it('exempts networks only from being used by their name', async () => {
  const file = `services: {a: {image: "a:1"}}
networks: {default: {}}
volumes: {default: {}}
`;
  expect(await codes(file)).toEqual(['lint.unused-resource compose.yaml:3:11']);
});
