import type { ErrorCode } from '../../core/codes.ts';
import type { ModelPath } from '../project.ts';
import type { Report } from '../report.ts';
import type { Node } from '../tree/node.ts';
import { formatPath } from '../tree/path.ts';

/** One short syntax: gives the long form of a node, the node itself when it is long already or makes no sense. */
export type Transform = (node: Node, context: TransformContext) => Node;

export interface TransformContext {
  readonly report: Report;
  readonly path: ModelPath;
  /** How many ports the ranges of the document stood for up to here. */
  readonly expanded: { ports: number };
  /** Values still have their variables, so a short form that does not parse may be right: leave it. */
  readonly lenient: boolean;
}

/** Reports what is wrong with a short form and gives the node back as it was. */
export function refuse(
  node: Node,
  context: TransformContext,
  message: string,
  hint: string,
  code: ErrorCode = 'compose.invalid-value',
): Node {
  if (!context.lenient) {
    const path = [...context.path];
    context.report.error(code, `${formatPath(path)}: ${message}`, { at: node.origin, path, hint });
  }
  return node;
}
