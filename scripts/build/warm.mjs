import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs typical commands once, so that the shipped code cache has what they compile. A command that needs an engine
 * makes its cache in the user's folder, at its first run there.
 */
export function warmCodeCache(root) {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-warm-'));
  try {
    writeFileSync(join(folder, 'compose.yaml'), typicalFile);
    writeFileSync(join(folder, '.env'), 'TAG=3\n');
    for (const words of [['version'], ['--help'], ['-f', 'compose.yaml', 'config']]) {
      const environment = { ...process.env, FLOTILLA_CODE_CACHE: `${root}/dist/cache`, NODE_OPTIONS: '' };
      const run = spawnSync(process.execPath, [`${root}/dist/flotilla.cjs`, ...words], {
        cwd: folder,
        env: environment,
        encoding: 'utf8',
      });
      if (run.status !== 0) throw new Error(`flotilla ${words.join(' ')} failed:\n${run.stderr}`);
    }
    makeReadable(`${root}/dist/cache`);
  } finally {
    rmSync(folder, { recursive: true });
  }
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
