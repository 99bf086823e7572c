import { FlotillaError } from '../../core/error.ts';
import type { ContainerId } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import { Channel } from '../channel.ts';
import type { TerminalSize } from '../driver.ts';
import { isKill, signalNameOf } from '../signal-names.ts';
import { type Behaviour, programFor, startErrorOf } from './behaviour.ts';
import { hostFor, hostnameOf, mainProcess } from './hosting.ts';
import {
  endRun,
  eventOf,
  type FakeContainer,
  findContainer,
  isRunning,
  removeContainer,
  requestStop,
  requireContainer,
  requireRunning,
  startContainer,
} from './model/index.ts';
import { createProcess, type ProcessHandle, type ProcessHost, type ProcessStart } from './process.ts';
import type { World } from './world.ts';

const defaultGraceSeconds = 10;
/** Pieces that whoever writes may be ahead. */
const inputCapacity = 16;
const killedExitCode = 137;

export interface Exit {
  readonly exitCode: number;
  readonly oomKilled?: boolean;
}

interface Run {
  readonly handle: ProcessHandle;
  /** Processes that were executed in it and end with it. */
  readonly guests: Set<ProcessHandle>;
  readonly ended: Promise<void>;
  finish(exit: Exit): void;
}

/** Runs the containers' programs: starts and ends them, passes signals on and restarts them as their policy says. */
export class Supervisor {
  readonly #world: World;
  readonly #behaviours: Readonly<Record<string, Behaviour>>;
  readonly #runs = new Map<ContainerId, Run>();
  readonly #restarts = new Map<ContainerId, AbortController>();
  /** Of containers that have it open. */
  readonly #inputs = new Map<ContainerId, Channel<Uint8Array>>();

  constructor(world: World, behaviours: Readonly<Record<string, Behaviour>>) {
    this.#world = world;
    this.#behaviours = behaviours;
  }

  start(ref: string, by: 'hand' | 'policy' = 'hand'): void {
    const world = this.#world;
    const before = requireContainer(world.state, ref);
    const startError = startErrorOf(this.#behaviourOf(before), before.runs + 1);
    const task = `cannot start container ${quote(before.name)}`;
    const obstacle =
      startError === undefined
        ? {}
        : { obstacle: new FlotillaError('engine.request', `${task}: ${startError}`) };
    const start = startContainer(world.state, ref, { now: world.clock.now(), by, ...obstacle });
    if (start.failure === undefined && start.state.containers.get(before.id)?.runs !== before.runs) {
      // Before anybody hears of the start: whoever does may ask for its end at once.
      this.#begin(before.id, () => world.apply(start));
    } else {
      world.apply(start);
    }
    if (start.failure !== undefined) throw start.failure;
  }

  /** Ends the process as asked, or by force when the grace period is over. */
  async stop(ref: string, timeoutSeconds: number | undefined): Promise<void> {
    const world = this.#world;
    const container = findContainer(world.state, ref);
    if (container === undefined) return;
    this.#cancelRestart(container.id);
    world.update(requestStop(world.state, container.id));
    const run = this.#runs.get(container.id);
    if (run === undefined) return;
    const seconds = timeoutSeconds ?? container.spec.stopTimeoutSeconds ?? defaultGraceSeconds;
    this.#deliver(container, container.spec.stopSignal ?? 'SIGTERM');
    if (seconds >= 0) await this.#grace(run, seconds * 1000);
    if (seconds >= 0 && this.#runs.get(container.id) === run) this.#deliver(container, 'SIGKILL');
    await run.ended;
    world.tell(eventOf(container, 'stop'));
  }

  /** Nothing happens when it does not run. */
  kill(ref: string, signalName: string): void {
    const container = findContainer(this.#world.state, ref);
    if (container === undefined || !isRunning(container)) return;
    const stopSignal = container.spec.stopSignal ?? 'SIGTERM';
    if (isKill(signalName) || signalNameOf(signalName) === signalNameOf(stopSignal)) {
      this.#world.update(requestStop(this.#world.state, container.id));
    }
    this.#deliver(container, signalName);
  }

  /** Whatever it does, it is over afterwards and stays so. */
  endByForce(ref: string): void {
    const container = findContainer(this.#world.state, ref);
    if (container === undefined) return;
    this.#cancelRestart(container.id);
    this.#world.update(requestStop(this.#world.state, container.id));
    if (isRunning(container)) this.#deliver(container, 'SIGKILL');
  }

  /** As if the process had ended by itself: its restart policy applies. */
  exit(ref: string, exit: Exit): void {
    const container = requireRunning(this.#world.state, ref, 'end');
    this.#runs.get(container.id)?.finish(exit);
  }

  /** The way to the standard input of its process, or of its next one. */
  inputOf({ id, spec }: FakeContainer): Channel<Uint8Array> | undefined {
    if (!spec.stdinOpen) return undefined;
    const input = this.#inputs.get(id) ?? new Channel<Uint8Array>({ capacity: inputCapacity });
    this.#inputs.set(id, input);
    return input;
  }

  /** Of its terminal; one that does not run needs none. */
  resize({ id }: FakeContainer, size: TerminalSize): void {
    this.#runs.get(id)?.handle.resize(size);
  }

  /** A further process in a running container. */
  execute(
    container: FakeContainer,
    start: Omit<ProcessStart, 'hostname' | 'run'>,
    output: ProcessHost['output'],
  ): ProcessHandle {
    const whole = { ...start, hostname: hostnameOf(container), run: container.runs };
    const handle = createProcess({ ...hostFor(this.#world, container.id), output }, whole);
    const guests = this.#runs.get(container.id)?.guests;
    guests?.add(handle);
    handle.killed.addEventListener('abort', () => guests?.delete(handle), { once: true });
    return handle;
  }

  /** Ends everything without a word. */
  reset(): void {
    for (const restart of this.#restarts.values()) restart.abort();
    this.#restarts.clear();
    for (const run of this.#runs.values()) {
      for (const handle of [run.handle, ...run.guests]) handle.kill();
    }
    this.#runs.clear();
  }

  #begin(id: ContainerId, announce: () => void): void {
    const container = requireContainer(this.#world.state, id);
    const input = this.inputOf(container);
    const handle = createProcess(hostFor(this.#world, id), mainProcess(this.#world.state, container, input));
    let resolveEnded = (): void => {};
    const ended = new Promise<void>((resolve) => {
      resolveEnded = resolve;
    });
    const run: Run = {
      handle,
      guests: new Set(),
      ended,
      finish: (exit) => {
        if (this.#runs.get(id) !== run) return;
        this.#runs.delete(id);
        for (const process of [handle, ...run.guests]) process.kill();
        this.#end(id, exit);
        resolveEnded();
      },
    };
    this.#runs.set(id, run);
    announce();
    const behaviour = this.#behaviours[container.spec.service] ?? this.#behaviours[container.spec.image];
    programFor(
      behaviour,
      container.runs + 1,
    )(handle.process).then(
      (exitCode) => run.finish({ exitCode, oomKilled: handle.isOomKilled() }),
      (error: unknown) => this.#crash(run, id, error),
    );
  }

  #behaviourOf({ spec }: FakeContainer): Behaviour | undefined {
    return this.#behaviours[spec.service] ?? this.#behaviours[spec.image];
  }

  /** A program that throws ends as a program does that nobody taught better: it says so and exits with 1. */
  #crash(run: Run, id: ContainerId, error: unknown): void {
    if (this.#runs.get(id) !== run) return;
    void this.#world.outputOf(id).write({ stream: 'stderr', data: Buffer.from(`${String(error)}\n`) });
    run.finish({ exitCode: 1 });
  }

  #end(id: ContainerId, exit: Exit): void {
    const world = this.#world;
    const end = { exitCode: exit.exitCode, oomKilled: exit.oomKilled === true, now: world.clock.now() };
    const ended = endRun(world.state, id, end);
    this.#inputs.get(id)?.close();
    this.#inputs.delete(id);
    world.outputOf(id).endRun();
    world.apply(ended);
    if (world.state.containers.get(id)?.spec.autoRemove === true) {
      world.apply(removeContainer(world.state, id, { volumes: true }));
      return;
    }
    if (ended.restartAfterMs !== undefined) this.#restartLater(id, ended.restartAfterMs);
  }

  #restartLater(id: ContainerId, ms: number): void {
    const restart = new AbortController();
    this.#restarts.set(id, restart);
    this.#world.clock.sleep(ms, restart.signal).then(
      () => {
        this.#restarts.delete(id);
        try {
          this.start(id, 'policy');
        } catch {
          // Its state says why; it gives up as if it had been stopped.
          this.#world.update(requestStop(this.#world.state, id));
        }
      },
      () => {},
    );
  }

  #cancelRestart(id: ContainerId): void {
    this.#restarts.get(id)?.abort();
    this.#restarts.delete(id);
  }

  #deliver(container: FakeContainer, signalName: string): void {
    const run = this.#runs.get(container.id);
    this.#world.tell(eventOf(container, 'kill'));
    if (isKill(signalName)) run?.finish({ exitCode: killedExitCode });
    else run?.handle.deliver(signalNameOf(signalName));
  }

  async #grace(run: Run, ms: number): Promise<void> {
    const over = new AbortController();
    const pause = this.#world.clock.sleep(ms, over.signal).catch(() => {});
    await Promise.race([run.ended, pause]);
    over.abort();
  }
}
