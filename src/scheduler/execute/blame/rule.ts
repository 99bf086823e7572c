import type { ModelPath, Project, Service } from '../../../compose/index.ts';
import type { ErrorCode } from '../../../core/codes.ts';

/** What a rule knows about a failure: the engine's words, and what they are about. */
export interface Suspect {
  readonly project: Project;
  /** Absent for what belongs to the whole project. */
  readonly service?: Service;
  /** The container's name, or the network's or volume's. */
  readonly resource: string;
  /** What the pattern caught in the engine's words. */
  readonly caught: readonly string[];
}

export interface Verdict {
  /** The setting to blame. Where it is not in the file, its nearest parent is. */
  readonly path: ModelPath;
  /** One sentence that takes the place of the engine's, which becomes evidence. */
  readonly message?: string;
  readonly hint?: string;
  readonly code?: ErrorCode;
}

/** The words by which engines tell a cause, and what they mean to the author of the file. */
export interface BlameRule {
  readonly pattern: RegExp;
  /** Undefined when this rule does not know the place after all. */
  readonly judge: (suspect: Suspect) => Verdict | undefined;
}

/** A rule about a setting of one service. */
export function serviceRule(
  pattern: RegExp,
  judge: (suspect: Suspect & { readonly service: Service }) => Verdict | undefined,
): BlameRule {
  return {
    pattern,
    judge: (suspect) =>
      suspect.service === undefined ? undefined : judge({ ...suspect, service: suspect.service }),
  };
}
