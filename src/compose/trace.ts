import type { ModelPath } from './project.ts';
import type { SourceText } from './source/source-text.ts';
import type { MappingNode, Node, Origin } from './tree/node.ts';

/**
 * What a load keeps when it is asked where values come from: the parts as they were before they were laid on each
 * other. The loader only hands over what it has at hand anyway, and nothing at all unless someone passes a trace; what
 * it means is worked out later, in explain/.
 */
export interface Trace {
  /** Documents in the order in which they were laid on each other; what one includes comes before it. */
  readonly documents: TracedDocument[];
  /** Services and what they extend. */
  readonly bases: TracedBase[];
  /** Every document that was read, as it is written. */
  readonly written: Written[];
  /** What `env_file` and `label_file` of services gave. */
  readonly serviceFiles: TracedServiceFile[];
  /**
   * Env files that interpolation sees here: the first group that has a variable decides, in a group the last file. An
   * included project has a trace of its own with more of them, which shares the other lists.
   */
  readonly environment: readonly TracedEnvFile[][];
  /** The texts of documents by their places, each document at the first question; see `rawTextAt`. */
  readonly texts: Map<Node, ReadonlyMap<string, string>>;
}

export interface TracedDocument {
  /** As messages show it. */
  readonly file: string;
  /** The document with its variables replaced, without what it includes or extends. */
  readonly values: MappingNode;
  /** Its services together with included ones: the scope of its `extends`. */
  readonly services: Node | undefined;
  readonly resets: readonly ModelPath[];
  /** Files that led here by `include`, outermost first. */
  readonly includedFrom: readonly string[];
  readonly projectDirectory: string;
}

export interface TracedBase {
  /** The services among which the extending one was found; its identity tells files and documents apart. */
  readonly scope: Node;
  readonly service: string;
  /** The extending service as its own file has it. */
  readonly own: Node;
  readonly targetScope: Node;
  readonly target: string;
  readonly targetFile: string;
  /** The extended service with all that it extends itself. */
  readonly base: Node;
  /** What the extending service resets in it, relative to the service. */
  readonly resets: readonly ModelPath[];
}

export interface Written {
  readonly source: SourceText;
  readonly root: Node;
  readonly environment: Trace['environment'];
}

/** The variables of one env file, each at its last place in it. */
export interface TracedEnvFile {
  readonly source: SourceText;
  readonly entries: ReadonlyMap<string, { readonly value: string; readonly at: Origin }>;
}

export interface TracedServiceFile extends TracedEnvFile {
  readonly service: string;
  readonly into: 'environment' | 'labels';
}

export function createTrace(): Trace {
  return { documents: [], bases: [], written: [], serviceFiles: [], environment: [], texts: new Map() };
}

/** An env file's values with their places. */
export function tracedEnvFile(
  source: SourceText,
  values: ReadonlyMap<string, string>,
  places: ReadonlyMap<string, Origin>,
): TracedEnvFile {
  const entries = new Map<string, { readonly value: string; readonly at: Origin }>();
  for (const [name, at] of places) {
    const value = values.get(name);
    if (value !== undefined) entries.set(name, { value, at });
  }
  return { source, entries };
}
