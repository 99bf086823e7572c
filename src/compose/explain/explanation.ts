import type { Diagnostic, SourceRange } from '../../core/diagnostic.ts';
import type { Json } from '../project.ts';

/** Where the value at one place of the model comes from. */
export interface Explanation {
  /** `services.web.ports[0].published` */
  readonly path: string;
  /** As `config` shows it; absent when nothing is left at the path. */
  readonly value?: Json;
  /** All that had a say, in the order in which it was applied. */
  readonly sources: readonly ExplainedSource[];
  /** How the sources became one value; only when there is more than one. */
  readonly rule?: string;
  /** Why there is a value that no file gives. */
  readonly default?: string;
  /** What else happened to the value. */
  readonly notes: readonly string[];
}

export interface ExplainedSource {
  readonly kind: 'file' | 'override' | 'include' | 'extends' | 'env-file' | 'label-file' | 'reset';
  /** For people: `base file`, `extends service "base"`. */
  readonly what: string;
  readonly at?: SourceRange;
  readonly frame?: string;
  /** What this source says, its variables replaced. Absent for a `!reset`. */
  readonly value?: Json;
  /** Whether something of it is in the final value. */
  readonly used: boolean;
  /** YAML's own ways of bringing a value in. */
  readonly via: readonly {
    readonly kind: 'alias' | 'merge key';
    readonly text: string;
    readonly at: SourceRange;
  }[];
  readonly variables: readonly ExplainedVariable[];
}

export interface ExplainedVariable {
  readonly name: string;
  /** Absent when it is not set. */
  readonly value?: string;
  /** `process environment`, `.env:3:1`, `default in the expression`, … */
  readonly source: string;
  readonly at?: SourceRange;
}

export interface ExplainResult {
  /** What was asked for first; below it its leaves, when it is not one itself. Absent when there is nothing to explain. */
  readonly explanation?: Explanation;
  readonly leaves: readonly Explanation[];
  readonly diagnostics: readonly Diagnostic[];
}
