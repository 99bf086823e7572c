import { createServer } from 'node:net';
import { callEngine } from '../../../scripts/lib/engine/api.mjs';
import { startEngine } from '../../../scripts/lib/engine/start.mjs';
import { ensureImage } from '../../../scripts/lib/images/ensure.mjs';
import { succeed } from '../../e2e/succeed.ts';
import { images } from '../engine.ts';
import { type Fault, web, withTestImage } from './fault.ts';

const sleeping = ['init: true', 'command: sleep 1000'];

/** All addresses that the tests' engines give to networks; `docker0` has the last part of 172.16.0.0/12. */
const pool = ['172.16.0.0/13', '172.24.0.0/14', '172.28.0.0/15', '172.30.0.0/16', '172.31.0.0/17'].concat(
  [...[128, 192, 224, 240, 248, 252, 254].entries()].map(
    ([index, third]) => `172.31.${third}.0/${18 + index}`,
  ),
);

/** Faults of what surrounds a container: ports, images, mounts, networks, files, settings that the engine refuses. */
export const surroundingFaults: Readonly<Record<string, Fault>> = {
  'port-of-container': {
    title: 'A port that a container of another project has',
    files: { 'compose.yaml': web(...sleeping, 'ports:', '  - "18080:80"') },
    arrange: async ({ engine }) => {
      const blog = await engine.project({
        'compose.yaml': withTestImage(web(...sleeping, 'ports: ["18080:80"]')),
      });
      await succeed(blog.flotilla(['-p', 'blog', 'up', '-d']));
      return { end: async () => void (await blog.flotilla(['-p', 'blog', 'down', '-t', '0'])) };
    },
  },
  'port-of-process': {
    title: 'A port that a program of the machine has',
    files: { 'compose.yaml': web(...sleeping, 'ports:', '  - "127.0.0.1:18082:80"') },
    // On an engine in the machine's own network, where this process listens.
    arrange: async (context) => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(18082, '127.0.0.1', resolve));
      const close = () => new Promise((resolve) => server.close(resolve));
      if (context.engine.runtime === 'native') return { end: async () => void (await close()) };
      const engine = await startEngine({ network: 'host', life: 'tied', say: () => {} });
      await ensureImage(engine.host, 'busybox', () => {});
      const end = async () => {
        await close();
        await engine.stop();
      };
      return { env: { DOCKER_HOST: engine.host }, end };
    },
    steady: [[/by "[^"]+", process \d+/, 'by "node", process 4711']],
  },
  'port-twice': {
    title: 'Two services that want the same port',
    files: {
      'compose.yaml': `services:
  web:
    image: busybox
    ports:
      - "18081:80"
  admin:
    image: busybox
    ports:
      - "18081:8080"
`,
    },
  },
  'missing-image': {
    title: 'An image that its registry does not have',
    files: { 'compose.yaml': 'services:\n  web:\n    image: 127.0.0.1:18085/shop/web:1.4\n' },
    arrange: registry(
      18085,
      '404 Not Found',
      '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}',
    ),
  },
  'denied-registry': {
    title: 'A registry that wants a login',
    files: { 'compose.yaml': 'services:\n  web:\n    image: 127.0.0.1:18086/shop/web:1.4\n' },
    arrange: registry(
      18086,
      '401 Unauthorized',
      '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}',
      'Www-Authenticate: Basic realm="shop"\r\n',
    ),
  },
  'unreachable-registry': {
    title: 'A registry that does not answer',
    files: { 'compose.yaml': 'services:\n  web:\n    image: 127.0.0.1:1/shop/web:1.4\n' },
  },
  'pull-never': {
    title: 'An image that is not there and must not be pulled',
    files: { 'compose.yaml': 'services:\n  web:\n    image: shop/web:1.4\n    pull_policy: never\n' },
  },
  'other-platform': {
    title: 'An image of another platform',
    files: { 'compose.yaml': web(...sleeping, 'platform: linux/s390x', 'pull_policy: never') },
  },
  'file-on-folder': {
    title: 'A folder mounted where the image has a file',
    files: { 'compose.yaml': web(...sleeping, 'volumes:', '  - ./passwd:/etc/passwd') },
  },
  'missing-source': {
    title: 'A bind mount whose source is not there',
    files: {
      'compose.yaml': web(
        ...sleeping,
        'volumes:',
        '  - type: bind',
        '    source: ./config',
        '    target: /config',
        '    bind:',
        '      create_host_path: false',
      ),
    },
  },
  'missing-env-file': {
    title: 'An env file that is not there',
    files: { 'compose.yaml': web(...sleeping, 'env_file: .env.prod') },
  },
  'folder-as-env-file': {
    title: 'An env file that is a folder',
    files: { 'compose.yaml': web(...sleeping, 'env_file: settings'), 'settings/a.env': 'A=1\n' },
  },
  'missing-secret': {
    title: 'A secret whose file is not there',
    files: {
      'compose.yaml': web(...sleeping, 'secrets: [password]').concat(
        'secrets:\n  password:\n    file: ./password.txt\n',
      ),
    },
  },
  'unset-variable': {
    title: 'A variable that has to be set',
    files: { 'compose.yaml': web(...sleeping, 'environment:', '  PASSWORD: ${DB_PASSWORD:?set it in .env}') },
  },
  'no-addresses-left': {
    title: 'No subnet left for another network',
    files: { 'compose.yaml': web(...sleeping) },
    // On an engine of its own: no other test would get a network meanwhile.
    onlyOnDocker: true,
    arrange: async () => {
      const engine = await startEngine({ network: 'private', life: 'tied', say: () => {} });
      await ensureImage(engine.host, 'busybox', () => {});
      for (const [index, Subnet] of pool.entries()) {
        const body = { Name: `old-${String(index + 1).padStart(2, '0')}`, IPAM: { Config: [{ Subnet }] } };
        await callEngine(engine.host, 'POST', '/networks/create', { body });
      }
      return { env: { DOCKER_HOST: engine.host }, end: engine.stop };
    },
  },
  'overlapping-subnets': {
    title: 'A subnet that another network has',
    files: {
      'compose.yaml': web(...sleeping, 'networks: [back]').concat(
        'networks:\n  back:\n    ipam:\n      config:\n        - subnet: 10.241.9.0/24\n',
      ),
    },
    arrange: async ({ engine }) => {
      await engine.docker.makeNetwork('lab', '10.241.9.0/25');
      return { end: () => engine.docker.remove('network', 'lab') };
    },
  },
  'foreign-address': {
    title: 'An address outside of its network',
    files: {
      'compose.yaml': web(...sleeping, 'networks:', '  back:', '    ipv4_address: 10.99.0.4').concat(
        'networks:\n  back:\n    ipam:\n      config:\n        - subnet: 10.241.10.0/24\n',
      ),
    },
  },
  'missing-network': {
    title: 'An external network that nobody made',
    files: {
      'compose.yaml': web(...sleeping, 'networks: [proxy]').concat(
        'networks:\n  proxy:\n    external: true\n',
      ),
    },
  },
  'missing-volume': {
    title: 'An external volume that nobody made',
    files: {
      'compose.yaml': web(...sleeping, 'volumes: ["data:/data"]').concat(
        'volumes:\n  data:\n    external: true\n',
      ),
    },
  },
  'taken-name': {
    title: 'A container name that somebody else has',
    files: { 'compose.yaml': web(...sleeping, 'container_name: gateway') },
    arrange: async ({ engine }) => {
      await engine.docker.makeContainer('gateway', images.busybox);
      return { end: () => engine.docker.remove('container', 'gateway') };
    },
  },
  'missing-device': {
    title: 'A device that the machine does not have',
    files: { 'compose.yaml': web(...sleeping, 'devices:', '  - /dev/ttyUSB7:/dev/ttyUSB7') },
  },
  'no-gpu': {
    title: 'A GPU on a machine without one',
    files: { 'compose.yaml': web(...sleeping, 'gpus: all') },
  },
  'unknown-sysctl': {
    title: 'A kernel setting that does not exist',
    files: { 'compose.yaml': web(...sleeping, 'sysctls:', '  net.ipv4.no_such_knob: 1') },
  },
  'too-little-memory': {
    title: 'A memory limit that no container can live with',
    files: { 'compose.yaml': web(...sleeping, 'mem_limit: 1m') },
  },
};

/** A registry on the engine's own 127.0.0.1 that answers everything in one way. */
function registry(port: number, status: string, body: string, headers = ''): NonNullable<Fault['arrange']> {
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nDocker-Distribution-Api-Version: registry/2.0\r\n${headers}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  return async ({ engine }) => {
    if (engine.runtime === 'native') {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', (data) => {
          // Only a registry answers here.
          const isPing = data.toString('latin1').startsWith('GET /v2/ ');
          socket.end(
            isPing && status.startsWith('404')
              ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'
              : head + body,
          );
        });
      });
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      return { end: async () => void (await new Promise((resolve) => server.close(resolve))) };
    }
    const name = `flotilla-fault-registry-${port}`;
    await engine.docker.call('POST', `/containers/create?name=${name}`, {
      Image: images.busybox,
      Env: [`REPLY=${head}${body}`],
      Cmd: ['nc', '-ll', '-p', `${port}`, '-e', 'sh', '-c', 'read line; printf "%s" "$REPLY"'],
      HostConfig: { NetworkMode: 'host', Init: true },
    });
    await engine.docker.call('POST', `/containers/${name}/start`);
    const pull = `/images/create?fromImage=127.0.0.1:${port}/none&tag=none`;
    while (/refused/.test(await engine.docker.call('POST', pull).then(JSON.stringify, String)));
    return { end: async () => void (await engine.docker.call('DELETE', `/containers/${name}?force=1`)) };
  };
}
