import type { Diagnostic, FramedRange } from '../core/diagnostic.ts';
import type { Encoded } from '../core/go-json.ts';
import type { ModelPath, Project } from './project.ts';

/** Everything that loading needs from outside; nothing is read from `process`. */
export interface LoadOptions {
  /** Absolute path: where the search for a Compose file starts. */
  readonly cwd: string;
  /** The process environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For `~` in paths. */
  readonly home: string;
  readonly files: SourceFiles;
  /** Fetches what is not on this machine; without it, git and `oci://` references are refused. */
  readonly remotes?: RemoteProjects;
  /** `-f`, in order; `-` is standard input. Empty: COMPOSE_FILE, then the search. */
  readonly configFiles?: readonly string[];
  /** `-p`. */
  readonly projectName?: string;
  /** `--project-directory`. */
  readonly projectDirectory?: string;
  /** `--env-file`, in order. */
  readonly envFiles?: readonly string[];
  /** `--profile`. */
  readonly profiles?: readonly string[];
  /** `--compatibility`: names as Compose v1 made them; else COMPOSE_COMPATIBILITY says. */
  readonly compatibility?: boolean;
  /** Laid on the files last, where they have the service; no file of the project's in its labels. */
  readonly overlay?: ServiceOverlay;
  /** Services named on the command line (names or globs); empty is all. A named service's profile is enabled. */
  readonly services?: readonly string[];
  /** What comes along with the named services. */
  readonly dependencies?: 'include' | 'ignore';
  /** Keep networks, volumes, configs and secrets that no service uses. */
  readonly keepUnusedResources?: boolean;
  /** Passes of the pipeline to leave out, for `config --no-…`. */
  readonly skip?: {
    readonly interpolation?: boolean;
    /** The checks against the schema and the rules, for questions about files that may be half finished. */
    readonly validation?: boolean;
    readonly normalization?: boolean;
    readonly consistency?: boolean;
    readonly pathResolution?: boolean;
    readonly environmentResolution?: boolean;
  };
  /**
   * Make a project although interpolation is skipped. A variable where a number or a port belongs is an error then.
   */
  readonly bindVariables?: boolean;
}

/**
 * What the command line says about a service, as text of a Compose file. Volumes that it names need no declaration: the
 * engine makes them, and they belong to no project.
 */
export interface ServiceOverlay {
  readonly service: string;
  /** Names it in diagnostics. */
  readonly path: string;
  readonly text: string;
  /** Which option or argument each line of the text stands for, by the line's number: `--publish`. */
  readonly options: Readonly<Record<number, string>>;
  /** Env files whose variables win over those of the service; relative to the working directory. */
  readonly envFiles: readonly string[];
  /** `KEY=value`, taken as it is, or `KEY` for the value that it has outside, if any; they win over all else. */
  readonly environment: readonly string[];
}

/** The loader's view of files; only the load stage touches it. */
export interface SourceFiles {
  /**
   * Rejects with the system's error (`code: 'ENOENT'`, …). `yaml` is UTF-8, or UTF-16 with a mark at its beginning, and
   * bytes that are neither reject with `EILSEQ`; `plain` takes them as they come.
   */
  readText(path: string, kind?: 'yaml' | 'plain'): Promise<string>;
  /** A path at which the system does not let one look, such as one below a file, is `file`: reading it tells why. */
  kind(path: string): Promise<'file' | 'directory' | 'missing'>;
  /** The names in a directory, to tell which one was meant; without it no name is suggested. */
  list?(directory: string): Promise<readonly string[]>;
  /** The whole of standard input. */
  readStdin(): Promise<string>;
}

/** Brings projects to this machine that `-f`, `include` and `extends` name by a git or `oci://` reference. */
export interface RemoteProjects {
  /** Rejects with a FlotillaError when it cannot be had. */
  fetch(reference: string): Promise<RemoteProject>;
  /** Whether a path is in a folder once all links are followed; what of it does not exist cannot lead anywhere. */
  isInside(folder: string, path: string): Promise<boolean>;
}

export interface RemoteProject {
  /** Absolute path of its copy on this machine. What its files name must not lead out of it. */
  readonly folder: string;
  /** Absolute path of the Compose file in it. */
  readonly file: string;
}

/** A remote project that the load has read from. */
export interface RemoteUse extends RemoteProject {
  /** As the command line or the file has it. */
  readonly reference: string;
  readonly from: 'command-line' | 'include' | 'extends';
}

/** `project` is absent when a diagnostic is an error. All diagnostics of the stage that failed come at once. */
export interface LoadResult {
  readonly project?: Project;
  /**
   * The merged files in long form, not yet bound to types, keys in the order of the format: what `config --no-interpolate` prints. There
   * is no `project` when interpolation was skipped, because variables may stand where a number belongs; but see
   * `bindVariables`.
   */
  plainModel(format?: 'yaml' | 'json'): Encoded | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What was read from elsewhere, in the order of reading. */
  readonly remotes: readonly RemoteUse[];
  /** Where in the files the value at a model path came from. */
  locate(path: ModelPath): FramedRange | undefined;
}
