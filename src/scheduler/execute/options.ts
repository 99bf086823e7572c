import type { FileContents, LoadResult, Project } from '../../compose/index.ts';
import type { Clock } from '../../core/clock.ts';
import type { ContainerId, ServiceName, StepId } from '../../core/ids.ts';
import type { RegistryCredentials } from '../../images/index.ts';
import type {
  Driver,
  FileSpec,
  ModelRunner,
  OutputChunk,
  ProviderRunner,
  ProviderVariables,
} from '../../runtime/index.ts';
import type { EventError, StepOutcome } from '../events.ts';
import type { Plan, Step } from '../plan/index.ts';
import type { EventListener } from './event-bus.ts';
import type { ContainerWatcher } from './watcher.ts';

export interface ExecuteOptions {
  readonly plan: Plan;
  readonly driver: Driver;
  /** Needed by plans that create or start containers. */
  readonly project?: Project;
  /** Gives failures the position of the setting that they have to do with. */
  readonly locate?: LoadResult['locate'];
  /** What is in the files of configs and secrets. */
  readonly contents?: FileContents;
  readonly clock: Clock;
  readonly listeners: readonly EventListener[];
  /** Starts nothing more; what runs may end, waits and pulls are given up. */
  readonly drain: AbortSignal;
  /** Interrupts what runs. */
  readonly abort: AbortSignal;
  readonly lanes?: Partial<Lanes>;
  readonly credentialsFor?: (reference: string) => Promise<RegistryCredentials | undefined>;
  /** False when the caller itself tells people that the run is drained. */
  readonly saysDrain?: boolean;
  /** Run the health checks of services that others wait for ourselves too, sooner than the engine does. */
  readonly fastReady?: boolean;
  /** Called before a container is started, so that its output can be attached to; the start waits for it. */
  readonly beforeStart?: (container: StartingContainer) => Promise<void>;
  /** Called with what hooks write, by the name of their container; the hook's output waits for it. */
  readonly hookOutput?: (container: string, chunk: OutputChunk) => Promise<void>;
  /** Runs the programs of providers, where the caller knows better than to run them on this machine. */
  readonly runProvider?: ProviderRunner;
  /** Hears what providers said. */
  readonly provided?: HandlerContext['provided'];
  /** Has models served, where the caller knows better than to ask Docker Model Runner. */
  readonly prepareModel?: ModelRunner;
  /** Hears where models are served. */
  readonly modelReady?: HandlerContext['modelReady'];
}

export interface StartingContainer {
  readonly id: ContainerId;
  readonly name: string;
  readonly service: ServiceName;
}

/** How many steps of each lane run at once. */
export interface Lanes {
  readonly pull: number;
  readonly build: number;
  readonly engine: number;
}

export interface RunResult {
  readonly outcome: 'done' | 'failed' | 'cancelled';
  readonly steps: readonly SettledStep[];
  readonly errors: readonly EventError[];
  /** What was thrown first, with its cause. */
  readonly firstError?: unknown;
}

export interface SettledStep {
  readonly step: Step;
  readonly outcome: StepOutcome;
  /** Milliseconds since the epoch; absent, as the end is, for a step that never began. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** The container that it made. */
  readonly made?: ContainerId;
}

/** What the handlers of steps share during one run. */
export interface HandlerContext {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly project: Project | undefined;
  /** Containers made by steps of this run. */
  readonly made: ReadonlyMap<StepId, ContainerId>;
  /** The container that stands for a service: the lowest-numbered replica. */
  readonly containerOf: (service: ServiceName) => ContainerId | undefined;
  readonly credentialsFor: (reference: string) => Promise<RegistryCredentials | undefined>;
  readonly beforeStart: (container: StartingContainer) => Promise<void>;
  readonly hookOutput: (container: string, chunk: OutputChunk) => Promise<void>;
  readonly runProvider: ProviderRunner;
  readonly provided: (service: ServiceName, variables: ProviderVariables) => void;
  readonly prepareModel: ModelRunner;
  readonly modelReady: (model: string, url: string) => void;
  /** Contents of configs and secrets that go into a service's containers before each start. */
  readonly filesOf: (service: ServiceName) => readonly FileSpec[];
  /** The same of those that go into a volume, by which they come into containers that nothing can be put into. */
  readonly carriedFilesOf: (service: ServiceName) => readonly FileSpec[];
  readonly fastReady: boolean;
  /** The run's subscription to engine events. */
  readonly watcher: () => Promise<ContainerWatcher>;
}
