import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureCommands } from '../../scripts/lib/packages.mjs';
import { startCommand } from './command.ts';

/** A git repository that git's own server gives out, on this machine only. */
export interface GitServer {
  /** `git://127.0.0.1:PORT/app.git` */
  readonly url: string;
  /** Commits these files (a text, or `{ link }` for a symbolic link) on a branch; resolves to the commit's id. */
  commit(branch: string, files: Readonly<Record<string, string | { readonly link: string }>>): string;
  /** Runs git in a checkout of the repository and publishes what came of it. */
  git(...args: readonly string[]): string;
  stop(): Promise<void>;
}

export async function startGitServer(): Promise<GitServer> {
  await ensureCommands({ git: 'git' }, (line) => process.stderr.write(`  ${line}\n`));
  const root = mkdtempSync(join(tmpdir(), 'flotilla-git-'));
  const work = join(root, 'work');
  const run = (...args: readonly string[]) =>
    execFileSync('git', [...identity, ...args], {
      cwd: work,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  mkdirSync(work);
  run('init', '--quiet', '--initial-branch=main');
  run('commit', '--quiet', '--allow-empty', '--message=start');
  run('clone', '--quiet', '--bare', '.', join(root, 'app.git'));
  const publish = () => run('push', '--quiet', '--mirror', '--force', join(root, 'app.git'));
  const port = await freePort();
  const program = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-daemon');
  const options = ['--verbose', '--reuseaddr', '--listen=127.0.0.1', `--port=${port}`, '--export-all'];
  const server = startCommand([program, ...options, `--base-path=${root}`, root], {});
  await server.output(/Ready to rumble/);
  return {
    url: `git://127.0.0.1:${port}/app.git`,
    commit(branch, files) {
      run('checkout', '--quiet', '-B', branch);
      for (const [path, content] of Object.entries(files)) {
        const file = join(work, path);
        mkdirSync(dirname(file), { recursive: true });
        rmSync(file, { force: true });
        if (typeof content === 'string') writeFileSync(file, content);
        else symlinkSync(content.link, file);
      }
      run('add', '--all');
      run('commit', '--quiet', '--message=change');
      publish();
      return run('rev-parse', 'HEAD').trim();
    },
    git(...args) {
      const output = run(...args);
      publish();
      return output;
    },
    async stop() {
      server.signal('SIGTERM');
      await server.done;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const identity = [
  '-c',
  'user.name=Test',
  '-c',
  'user.email=test@example.com',
  '-c',
  'protocol.file.allow=always',
];

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
