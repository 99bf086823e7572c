import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

export interface CommandOptions {
  readonly cwd?: string;
  /** On top of a small fixed environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text for standard input, which is empty otherwise. With startCommand standard input then stays open for `type`. */
  readonly input?: string;
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly durationMs: number;
}

export interface RunningCommand {
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when standard output and error together match; rejects when the command ends first. */
  output(pattern: RegExp): Promise<void>;
  type(text: string): void;
  endInput(): void;
  /** Sends it and nothing else; the end is `done`. */
  signal(name: NodeJS.Signals): void;
  readonly done: Promise<CommandResult>;
}

/** Runs a command to its end, whatever its exit code. */
export function runCommand(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const running = startCommand(command, options);
  running.endInput();
  return running.done;
}

export function startCommand(command: readonly string[], options: CommandOptions = {}): RunningCommand {
  const [program = '', ...args] = command;
  const started = performance.now();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: commandEnvironment(options.env),
    stdio: 'pipe',
  });
  const watchers = new Set<() => void>();
  let stdout = '';
  let stderr = '';
  let ended = false;
  const look = () => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    look();
  });
  child.stdin.on('error', () => {});
  if (options.input !== undefined) child.stdin.write(options.input);

  const done = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      ended = true;
      look();
      const durationMs = Math.round(performance.now() - started);
      resolve({ stdout, stderr, exitCode: code ?? undefined, signal: signal ?? undefined, durationMs });
    });
  });
  done.catch(() => {});

  return {
    pid: child.pid ?? 0,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    output: (pattern) =>
      new Promise((resolve, reject) => {
        const watcher = () => {
          const found = pattern.test(stdout + stderr);
          if (!found && !ended) return;
          watchers.delete(watcher);
          if (found) resolve();
          else
            reject(new Error(`"${command.join(' ')}" ended before it wrote ${pattern}:\n${stdout}${stderr}`));
        };
        watchers.add(watcher);
        watcher();
      }),
    type: (text) => void child.stdin.write(text),
    endInput: () => void child.stdin.end(),
    signal: (name) => void child.kill(name),
    done,
  };
}

/** The same on every machine: nothing of the developer's own Docker and Compose settings comes through. */
export function commandEnvironment(extra: CommandOptions['env'] = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...extra };
}
