import { quote } from '../../core/text.ts';
import { isText, type Node } from '../tree/node.ts';
import { refuse, type Transform } from './context.ts';
import { pairs } from './forms.ts';

/** Variables as `KEY=value` items. `A = 1` is refused: it would set a variable whose name ends in a space. */
export const variables: Transform = (node, context) => withNames(node, context, endsInBlank(/=|$/));

/** Of build arguments those without a value are looked up first, by whatever name. */
export const buildArguments: Transform = (node, context) => withNames(node, context, endsInBlank(/=/));

/** Blanks of one byte only: docker compose looks at the last byte, and takes wider ones as a part of the name. */
function endsInBlank(end: RegExp): RegExp {
  return new RegExp(`^([^=]*[\\t-\\r \\u0085\\u00a0])(?:${end.source})`, 's');
}

function withNames(node: Node, context: Parameters<Transform>[1], wrong: RegExp): Node {
  for (const item of node.kind === 'sequence' ? node.items : []) {
    const name = isText(item) ? wrong.exec(item.value)?.[1] : undefined;
    if (name === undefined || !isText(item)) continue;
    const right = item.value.replace(/^\s*([^=]*?)\s*=\s*/, '$1=').trim();
    refuse(
      item,
      context,
      `the variable name ${quote(name)} ends in a space`,
      `Write "${right}", with nothing around the "=".`,
    );
  }
  return pairs(node);
}
