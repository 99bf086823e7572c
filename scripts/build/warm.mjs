import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStubEngine } from './stub-engine.mjs';

/**
 * Commands in an order in which each finds what it needs. Of `up`, the run that finds nothing to do is kept: one that
 * makes containers waits for the engine anyway, and its code would cost each run 3 ms to read.
 */
const runs = [
  { words: ['version', '--short'] },
  { words: ['--help'] },
  { words: ['config'] },
  { words: ['up', '-d'], isKept: false },
  { words: ['up', '-d'] },
  { words: ['ps'] },
  { words: ['logs'] },
  { words: ['exec', 'db', 'true'] },
  { words: ['down'] },
];

/**
 * Runs typical commands once, so that the shipped code cache has what they compile: a user's first run is as fast as
 * the next.
 */
export async function warmCodeCache(build) {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-warm-'));
  const socket = join(folder, 'engine.sock');
  const engine = await startStubEngine(socket);
  try {
    writeFileSync(join(folder, 'compose.yaml'), typicalFile);
    writeFileSync(join(folder, '.env'), 'TAG=3\n');
    for (const { words, isKept = true } of runs) {
      const environment = {
        PATH: process.env.PATH,
        HOME: folder,
        DOCKER_HOST: `unix://${socket}`,
        FLOTILLA_CODE_CACHE: isKept ? `${build}/cache` : '',
      };
      await run([`${build}/flotilla.cjs`, ...words], folder, environment);
    }
    makeReadable(`${build}/cache`);
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
}

function run(words, cwd, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, {
      cwd,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 60_000,
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`flotilla ${words.slice(1).join(' ')} failed:\n${said}`));
    });
  });
}

/** Users keep their caches to themselves; what is shipped is for everyone who may run the program. */
function makeReadable(path) {
  const isFolder = statSync(path).isDirectory();
  chmodSync(path, isFolder ? 0o755 : 0o644);
  if (isFolder) for (const name of readdirSync(path)) makeReadable(join(path, name));
}

const typicalFile = `
name: typical
x-common: &common
  restart: unless-stopped
  logging: { driver: json-file, options: { max-size: 10m } }
services:
  proxy:
    <<: *common
    image: proxy:\${TAG:-1}
    ports: ["8080:80", { target: 443, published: 8443, protocol: tcp }]
    depends_on: { api: { condition: service_healthy } }
    networks: [front, back]
  api:
    <<: *common
    image: api
    command: serve --port 3000
    environment: { LOG_LEVEL: info, DATABASE: "postgres://db/\${NAME:-app}" }
    healthcheck: { test: curl -f localhost:3000, interval: 5s, timeout: 1s, retries: 3, start_period: 10s }
    deploy: { replicas: 2, resources: { limits: { cpus: "0.5", memory: 256M } } }
    depends_on: [db]
    networks: { back: { aliases: [backend] } }
  db:
    image: db
    volumes: [data:/var/lib/data, "./conf:/etc/db:ro", { type: tmpfs, target: /run }]
    environment: [PASSWORD=x]
    secrets: [password]
    networks: [back]
networks: { front: {}, back: { internal: true } }
volumes: { data: {} }
secrets: { password: { file: ./.env } }
`;
