// Enough of a Docker Engine to run commands against while building: it keeps what it is told to make, calls all of it
// running and healthy, and forgets it when it ends.
import { createServer } from 'node:http';

const ok = { status: 200, json: {} };
const done = { status: 204 };

/** Listens on a unix socket; `close` ends all of its connections. */
export async function startStubEngine(path) {
  const engine = { containers: new Map(), networks: new Map(), volumes: new Map() };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { pathname, searchParams } = new URL(request.url, 'http://stub');
    const words = decodeURIComponent(pathname)
      .replace(/^\/v[\d.]+\//, '/')
      .slice(1)
      .split('/');
    const query = Object.fromEntries(searchParams);
    answer(response, reply(engine, request.method, words, query, body === '' ? {} : parse(body)));
  });
  server.on('upgrade', (_, socket) => {
    socket.on('error', () => {});
    socket.end(
      Buffer.concat([Buffer.from('HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n'), outputFrame('done\n')]),
    );
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return {
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What is put into a container is a tar archive. */
function parse(body) {
  return body.startsWith('{') ? JSON.parse(body) : {};
}

function answer(response, { status, json, frames, isOpen }) {
  response.writeHead(status, {
    'Api-Version': '1.51',
    'Content-Type': frames === undefined ? 'application/json' : 'application/vnd.docker.multiplexed-stream',
  });
  if (isOpen) response.flushHeaders();
  else response.end(frames ?? (json === undefined ? '' : JSON.stringify(json)));
}

function reply(engine, method, words, query, body) {
  switch (words[0]) {
    case '_ping':
      return ok;
    case 'events':
      return { status: 200, isOpen: true };
    case 'images':
      return { status: 200, json: { Id: `sha256:${'1'.repeat(64)}`, RepoTags: [words[1]], Config: {} } };
    case 'exec':
      return { status: 200, json: { Running: false, ExitCode: 0 } };
    case 'containers':
      return ofContainers(engine, method, words, query, body);
    case 'networks':
    case 'volumes':
      return ofResources(engine[words[0]], words[0], method, words, body);
    default:
      return missing;
  }
}

const missing = { status: 404, json: { message: 'no such thing' } };

function ofContainers({ containers }, method, [, id, verb], query, body) {
  if (id === 'json') return { status: 200, json: [...containers.values()].map(summary) };
  if (id === 'create') {
    const made = {
      Id: String(containers.size + 1).padStart(64, '0'),
      name: query.name,
      body,
      isRunning: false,
    };
    containers.set(made.Id, made);
    return { status: 201, json: { Id: made.Id } };
  }
  const container = containers.get(id) ?? [...containers.values()].find(({ name }) => name === id);
  if (container === undefined) return missing;
  switch (`${method} ${verb ?? ''}`) {
    case 'GET json':
      return { status: 200, json: details(container) };
    case 'GET logs':
      return { status: 200, frames: outputFrame('ready\n') };
    case 'POST exec':
      return { status: 201, json: { Id: 'e' } };
    case 'POST start':
    case 'POST stop':
      container.isRunning = verb === 'start';
      return done;
    case 'DELETE ':
      containers.delete(container.Id);
      return done;
    default:
      return ok;
  }
}

function summary({ Id, name, body, isRunning }) {
  const { Image, Cmd, Labels, HostConfig, NetworkingConfig } = body;
  return {
    Id,
    Names: [`/${name}`],
    Image,
    ImageID: `sha256:${'1'.repeat(64)}`,
    Command: (Cmd ?? []).join(' '),
    Created: 1_700_000_000,
    Labels,
    State: isRunning ? 'running' : 'exited',
    Status: isRunning ? 'Up 3 minutes (healthy)' : 'Exited (0) 2 hours ago',
    NetworkSettings: { Networks: NetworkingConfig?.EndpointsConfig ?? {} },
    Mounts: mountsOf(HostConfig),
    Ports: Object.entries(HostConfig?.PortBindings ?? {}).map(([port, [binding]]) => ({
      IP: '0.0.0.0',
      PrivatePort: Number.parseInt(port, 10),
      PublicPort: Number(binding?.HostPort),
      Type: port.split('/')[1],
    })),
  };
}

function mountsOf({ Mounts = [], Binds = [] }) {
  const binds = Binds.map((bind) => {
    const [Source, Target] = bind.split(':');
    return { Type: Source.startsWith('/') ? 'bind' : 'volume', Source, Target };
  });
  return [...Mounts, ...binds].map(({ Type, Source, Target }) => ({
    Type,
    Name: Type === 'volume' ? Source : undefined,
    Source,
    Destination: Target,
  }));
}

function details({ Id, name, body, isRunning }) {
  const status = isRunning ? 'running' : 'exited';
  return {
    Id,
    Name: `/${name}`,
    Config: { Labels: body.Labels, Tty: false },
    State: { Status: status, ExitCode: 0, Health: { Status: 'healthy', Log: [] } },
    NetworkSettings: { Networks: body.NetworkingConfig?.EndpointsConfig ?? {} },
  };
}

function ofResources(known, kind, method, [, name], body) {
  if (name === 'create') {
    const made = { Id: body.Name, Name: body.Name, Driver: body.Driver, Labels: body.Labels };
    known.set(body.Name, made);
    return { status: 201, json: made };
  }
  if (name === undefined) {
    const all = [...known.values()];
    return { status: 200, json: kind === 'volumes' ? { Volumes: all } : all };
  }
  if (!known.has(name)) return missing;
  if (method !== 'DELETE') return { status: 200, json: known.get(name) };
  known.delete(name);
  return done;
}

/** A piece of standard output as the engine frames it. */
function outputFrame(text) {
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, text.length]);
  return Buffer.concat([header, Buffer.from(text)]);
}
