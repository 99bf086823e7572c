import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { flotillaProgram, repository } from '../../scripts/lib/built.mjs';
import { referenceCompose } from '../../scripts/lib/reference.mjs';
import {
  type CommandOptions,
  type CommandResult,
  commandEnvironment,
  type RunningCommand,
  runCommand,
  startCommand,
} from './command.ts';
import type { DockerHelper, SeenContainer } from './docker.ts';
import { type TerminalSize, terminalCommand } from './terminal.ts';

/** Path below the project's folder -> text, or the name of a folder of fixtures/projects. */
export type ProjectFiles = Readonly<Record<string, string>> | { readonly fixture: string };

interface ProjectEngine {
  readonly runtime: 'docker' | 'native';
  readonly host: string;
  readonly address: string;
  readonly docker: DockerHelper;
  readonly buildFailure: string;
}

/** A compose project for one test, made by `engine.project`, which also removes it. */
export class TestProject {
  /** Unique; given to every command as COMPOSE_PROJECT_NAME. */
  readonly name: string;
  readonly folder: string;
  readonly #engine: ProjectEngine;
  readonly #env: Readonly<Record<string, string>>;
  readonly #running = new Set<RunningCommand>();
  readonly #children = new Set<{ readonly kill: () => void; readonly ended: Promise<void> }>();

  constructor(engine: ProjectEngine, files: ProjectFiles, env: Readonly<Record<string, string>> = {}) {
    this.#engine = engine;
    this.#env = env;
    this.name = `t${randomBytes(5).toString('hex')}`;
    this.folder = join(mkdtempSync(join(tmpdir(), 'flotilla-test-')), this.name);
    mkdirSync(this.folder);
    if (typeof files['fixture'] === 'string') {
      cpSync(join(repository, 'fixtures/projects', files['fixture']), this.folder, { recursive: true });
    } else {
      for (const [path, text] of Object.entries(files)) this.write(path, text);
    }
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Runs the built CLI in the project's folder. */
  async flotilla(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand(this.#program(args), this.#options(options));
  }

  /** The same as another user, who may read the project's folder but not our home. */
  async flotillaAs(
    user: string,
    args: readonly string[],
    options: CommandOptions = {},
  ): Promise<CommandResult> {
    const open = dirname(this.folder);
    chmodSync(open, 0o755);
    // The repository may lie where nobody else may look.
    for (const part of ['flotilla.cjs', 'cli'])
      cpSync(join(dirname(flotillaProgram()), part), join(open, 'program', part), { recursive: true });
    const { env, ...rest } = this.#options(options);
    const [node, end] = this.#program([]);
    const program = [node ?? '', end ?? '', join(open, 'program', 'flotilla.cjs')];
    const command = ['setpriv', `--reuid=${user}`, '--clear-groups', ...program, ...args];
    return runCommand(command, { ...rest, env: { ...env, HOME: '/nonexistent' } });
  }

  /** Runs a shell's text in which `"$@"` is the built CLI, to redirect its streams. */
  async inShell(text: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand(['sh', '-c', text, 'sh', ...this.#program(args)], this.#options(options));
  }

  /** Starts the built CLI, for signals and for what does not end by itself. It is killed after the test. */
  startFlotilla(args: readonly string[], options: CommandOptions = {}): RunningCommand {
    return this.#track(startCommand(this.#program(args), this.#options(options)));
  }

  /** The built CLI as a child whose streams the test reads itself, as slowly as it likes. It is killed after the test. */
  spawnFlotilla(args: readonly string[], options: CommandOptions = {}): ChildProcessWithoutNullStreams {
    const [program = '', ...words] = this.#program(args);
    const { cwd, env } = this.#options(options);
    const child = spawn(program, words, { cwd, env: commandEnvironment(env), stdio: 'pipe' });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#children.add({ kill: () => child.kill('SIGKILL'), ended });
    return child;
  }

  /** Starts the built CLI on a terminal of its own; `type` is the keyboard (`\x03` is Ctrl+C). */
  startOnTerminal(args: readonly string[], options: CommandOptions & TerminalSize = {}): RunningCommand {
    const command = terminalCommand(this.#program(args), options);
    return this.#track(startCommand(command, this.#options(options)));
  }

  /**
   * Asks docker compose for the same on Docker, to see that it does what the test expects of Flotilla. There is nothing
   * to ask where the native engine runs, which is compared with the same expectation.
   */
  async composeToo(
    args: readonly string[],
    check: (theirs: CommandResult) => void,
    options: CommandOptions = {},
  ): Promise<void> {
    if (this.#engine.runtime === 'docker') check(await this.compose(args, options));
  }

  /** Runs docker compose, to take turns with; it knows no native engine: see `composeToo` and `onlyOnDocker`. */
  async compose(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    if (this.#engine.runtime !== 'docker') throw new Error('docker compose cannot use the native engine');
    const program = await referenceCompose((line) => process.stderr.write(`  ${line}\n`));
    return runCommand([program, ...args], this.#options(options));
  }

  containers(): Promise<readonly SeenContainer[]> {
    return this.#engine.docker.containers(this.name);
  }

  /** Where a port that a service publishes answers: `http://10.213.7.2:32768`. */
  async url(service: string, targetPort: number): Promise<string> {
    const ports = (await this.containers())
      .filter((it) => it.service === service)
      .flatMap(({ ports }) => ports);
    const port = ports.find(({ target }) => target === targetPort);
    if (port === undefined)
      throw new Error(`Service "${service}" of ${this.name} publishes no port ${targetPort}.`);
    return `http://${this.#engine.address}:${port.published}`;
  }

  /** What of the project the engine still has. */
  async leftovers(): Promise<readonly string[]> {
    const { docker } = this.#engine;
    const containers = (await this.containers()).map(({ name }) => `container ${name}`);
    const networks = (await docker.networks(this.name)).map((name) => `network ${name}`);
    const volumes = (await docker.volumes(this.name)).map((name) => `volume ${name}`);
    return [...containers, ...networks, ...volumes];
  }

  async remove(): Promise<void> {
    const running = [...this.#running];
    for (const command of running) command.signal('SIGKILL');
    for (const child of this.#children) child.kill();
    await Promise.allSettled([
      ...running.map(({ done }) => done),
      ...[...this.#children].map((it) => it.ended),
    ]);
    await this.#engine.docker.removeProject(this.name);
    rmSync(dirname(this.folder), { recursive: true, force: true });
  }

  #program(args: readonly string[]): readonly string[] {
    const { buildFailure } = this.#engine;
    if (buildFailure !== '') throw new Error(`Flotilla could not be built: ${buildFailure}`);
    // `--` as the program's first line has it: else Node takes --env-file for its own.
    return [process.execPath, '--', flotillaProgram(), ...args];
  }

  #options(options: CommandOptions): CommandOptions {
    const own = { DOCKER_HOST: this.#engine.host, COMPOSE_PROJECT_NAME: this.name, ...this.#env };
    const env = { ...own, ...options.env };
    return { cwd: this.folder, ...options, env };
  }

  #track(command: RunningCommand): RunningCommand {
    this.#running.add(command);
    const forget = () => void this.#running.delete(command);
    command.done.then(forget, forget);
    return command;
  }
}
