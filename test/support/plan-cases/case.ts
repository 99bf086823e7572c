/**
 * A project with a past, as plain data: what earlier runs made of the engine, what happened to it behind our back, and
 * the command that meets it now. Everything that refers to something else is looked up when the case is played, so that
 * any part of a case can be left out and it still is one.
 */
export interface PlanCase {
  /** Decides the order of steps that may run side by side. */
  readonly seed: number;
  readonly stages: readonly Stage[];
  readonly events: readonly WorldEvent[];
  readonly file: FileSketch;
  readonly command: Command;
}

/** An `up` of the past. */
export interface Stage {
  readonly file: FileSketch;
  /** The share of its steps that were carried out before the command was killed; 1 is all. */
  readonly done: number;
}

export interface FileSketch {
  readonly services: Readonly<Record<string, ServiceSketch>>;
  readonly networks: Readonly<Record<string, ResourceSketch>>;
  readonly volumes: Readonly<Record<string, ResourceSketch>>;
  /** Of the secret `token` and the config `site`. */
  readonly contents?: Readonly<Record<string, ContentSketch>>;
  /** Which of its values every provider says, and at which address models are served. */
  readonly said?: number;
  /** Which model `llm` is. */
  readonly model?: number;
}

export interface ContentSketch {
  readonly from?: 'content' | 'file' | 'environment';
  readonly version?: number;
}

export interface ResourceSketch {
  /** A version is a definition of its own. */
  readonly version?: number;
  readonly external?: boolean;
  readonly name?: string;
}

/** References to services that the file does not have (any more) vanish, as do those to later ones: no circles. */
export interface ServiceSketch {
  readonly version?: number;
  readonly image?: 'busybox' | 'database';
  readonly scale?: number;
  readonly containerName?: string;
  readonly needs?: Readonly<Record<string, Need>>;
  readonly networks?: readonly string[];
  readonly namespaces?: Readonly<Partial<Record<'network' | 'pid' | 'ipc', string>>>;
  readonly volumesFrom?: string;
  readonly link?: string;
  readonly volumes?: readonly string[];
  readonly anonymous?: boolean;
  readonly port?: number;
  readonly address?: number;
  readonly health?: boolean;
  readonly pull?: 'always' | 'never' | 'missing';
  /** How many commands there are of each kind. */
  readonly hooks?: Readonly<Partial<Record<'pre_start' | 'post_start' | 'pre_stop', number>>>;
  readonly files?: readonly string[];
  /** Its files have an owner of their own, so that they are copied. */
  readonly owned?: boolean;
  /** Nothing can be put into its containers. */
  readonly readOnly?: boolean;
  /** What is done when a content changed; absent: recreate. */
  readonly onChange?: 'restart' | 'signal' | 'ignore';
  readonly usesModel?: boolean;
  /** No container runs it. */
  readonly provided?: boolean;
  /** In a profile that is not active. */
  readonly disabled?: boolean;
}

export interface Need {
  readonly condition?: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  readonly restart?: boolean;
  readonly optional?: boolean;
}

/** `at` counts through the things that are there when it happens, over and over. */
export type WorldEvent =
  | {
      readonly what:
        | 'exit'
        | 'crash'
        | 'pause'
        | 'restarting'
        | 'dead'
        | 'removing'
        | 'remove'
        | 'leave-network'
        | 'twin'
        | 'leftover'
        | 'made-by-compose'
        | 'made-by-compose-2'
        | 'unmanaged'
        | 'one-off'
        | 'finished-one-off'
        | 'renumber'
        | 'left-hook'
        | 'left-filler';
      readonly at: number;
    }
  | {
      readonly what:
        | 'remove-network'
        | 'remove-volume'
        | 'disown-network'
        | 'disown-volume'
        | 'unhash-network'
        | 'unhash-volume';
      readonly at: number;
    }
  | { readonly what: 'move-tag' | 'remove-image'; readonly image: 'busybox' | 'database' }
  | { readonly what: 'stranger' };

export type Command = UpCommand | DownCommand | LifecycleCommand;

export interface UpCommand {
  readonly name: 'up';
  /** Service names; those that the file does not have are forgotten. */
  readonly services: readonly string[];
  readonly noDeps?: boolean;
  readonly recreate?: 'force' | 'never';
  readonly alwaysRecreateDeps?: boolean;
  readonly renewAnonymousVolumes?: boolean;
  readonly removeOrphans?: boolean;
  readonly noStart?: boolean;
  readonly wait?: boolean;
  readonly answer?: 'yes' | 'no';
}

export interface DownCommand {
  readonly name: 'down';
  readonly services: readonly string[];
  readonly withoutFile?: boolean;
  readonly removeOrphans?: boolean;
  readonly volumes?: boolean;
  readonly images?: 'local' | 'all';
}

export interface LifecycleCommand {
  readonly name: 'stop' | 'start' | 'restart';
  readonly services: readonly string[];
  readonly withoutFile?: boolean;
}
