import type { ModelPath } from '../project.ts';
import type { Node, Origin } from './node.ts';

/** `services.web.ports[0]`, the way messages write a model path. */
export function formatPath(path: ModelPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** Where the value at a path stands, or its nearest ancestor that is in a file; `atKey` prefers the key. */
export function originAt(root: Node, path: ModelPath, atKey = false): Origin {
  let node: Node = root;
  let key: Origin | undefined;
  for (const step of path) {
    const next = stepInto(node, step);
    if (next === undefined) return key !== undefined && node.kind !== 'scalar' ? key : node.origin;
    key = node.kind === 'mapping' ? node.entries.get(String(step))?.key : undefined;
    node = next;
  }
  return atKey && key !== undefined ? key : node.origin;
}

function stepInto(node: Node | undefined, step: string | number): Node | undefined {
  if (node?.kind === 'mapping') return node.entries.get(String(step))?.value;
  if (node?.kind === 'sequence') return node.items[Number(step)];
  return undefined;
}
