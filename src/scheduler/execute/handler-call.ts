import type { Project } from '../../compose/index.ts';
import type { ErrorCode } from '../../core/codes.ts';
import type { ContainerId, ServiceName } from '../../core/ids.ts';
import type { PullProgress } from '../../images/index.ts';
import type { EngineNote } from '../../runtime/index.ts';
import type { HandlerContext } from './options.ts';

/** What a handler is called with beside the input of its step. */
export interface HandlerCall {
  readonly context: HandlerContext;
  readonly signal: AbortSignal;
  readonly progress: (progress: PullProgress) => void;
  /** Tells people how far it is, in words. */
  readonly say: (text: string) => void;
  /** Records what later steps of the run refer to. */
  readonly made: (id: ContainerId) => void;
  /** Warns people, once, of what a service does not get. */
  readonly note: (service: ServiceName, note: EngineNote & { readonly code?: ErrorCode }) => void;
}

/** Of the programs that a project has run. */
export function environmentOf(context: HandlerContext): Readonly<Record<string, string>> {
  return Object.fromEntries(projectOf(context).environment);
}

export function projectOf({ project }: HandlerContext): Project {
  if (project === undefined) throw new Error('bug in Flotilla: a program of a project without the project');
  return project;
}
