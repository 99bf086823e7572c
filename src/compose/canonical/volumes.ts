import { quote } from '../../core/text.ts';
import { cleanPath } from '../paths/index.ts';
import { isText, mappingOf, type Node, type ScalarNode } from '../tree/node.ts';
import { refuse, type Transform, type TransformContext } from './context.ts';

/** `[source:]target[:options]`, or the long form. Colons inside `${…}` do not count, so variables are no excuse. */
export const serviceVolume: Transform = (node, context) =>
  isText(node) ? short(node, node.value, { ...context, lenient: false }) : node;

function short(node: ScalarNode, text: string, context: TransformContext): Node {
  if (text === '')
    return refuse(
      node,
      context,
      'invalid empty volume spec',
      'Write "target", "name:/target" or "./path:/target".',
    );
  if (text.length <= 2) return mappingOf(node.origin, { type: 'volume', target: text });
  const parts = splitVolume(text);
  if (parts.includes('')) {
    return refuse(
      node,
      context,
      `invalid spec: ${text}: empty section between colons`,
      'Leave no part between two colons empty.',
    );
  }
  if (parts.length > 3) {
    return refuse(
      node,
      context,
      `invalid spec: ${text}: too many colons`,
      'Use the long form when a path has a colon in it.',
    );
  }
  const [first = '', second, options] = parts;
  if (second === undefined) return long(node, 'volume', undefined, first, '');
  const type = looksLikePath(first) ? 'bind' : 'volume';
  return long(node, type, first, second, options ?? '');
}

function long(
  node: ScalarNode,
  type: 'bind' | 'volume',
  source: string | undefined,
  target: string,
  options: string,
): Node {
  const bind: Record<string, string | boolean> = type === 'bind' ? { create_host_path: true } : {};
  const volume: Record<string, boolean> = {};
  let readOnly: boolean | undefined;
  for (const option of options.split(',')) {
    if (option === 'ro') readOnly = true;
    else if (option === 'rw') readOnly = false;
    else if (option === 'z' || option === 'Z') bind['selinux'] = option;
    else if (option === 'nocopy') volume['nocopy'] = true;
    else if (propagations.has(option)) bind['propagation'] = option;
  }
  const hasBind = type === 'bind' || Object.keys(bind).length > 0;
  const hasVolume = type === 'volume' || Object.keys(volume).length > 0;
  return mappingOf(node.origin, {
    type,
    source,
    target: target.startsWith('/') ? cleanPath(target) : target,
    read_only: readOnly === true ? true : undefined,
    bind: hasBind ? mappingOf(node.origin, bind) : undefined,
    volume: hasVolume ? mappingOf(node.origin, volume) : undefined,
  });
}

const propagations = new Set(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']);

/** Splits at colons, but for the one after a Windows drive letter and those inside `${…}`. */
export function splitVolume(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let braces = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '$' && text[at + 1] === '{') braces += 1;
    if (character === '}' && braces > 0) braces -= 1;
    const drive = /^[A-Za-z]$/.test(part);
    if (character === ':' && braces === 0 && !drive) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

function looksLikePath(source: string): boolean {
  return /^(?:[./~\\]|[A-Za-z]:)/.test(source);
}

/** `SOURCE[:TARGET[:PERMISSIONS]]`. */
export const device: Transform = (node, context) => {
  if (!isText(node)) return node;
  const parts = node.value.split(':');
  if (parts.length > 3) {
    return refuse(
      node,
      context,
      `confusing device mapping, please use long syntax: ${quote(node.value)}`,
      'Write source, target and permissions as keys.',
    );
  }
  const [source = '', target = source, permissions = 'rwm'] = parts;
  return mappingOf(node.origin, { source, target, permissions });
};
