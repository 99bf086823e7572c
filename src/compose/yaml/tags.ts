import { suggest } from '../../core/suggest.ts';
import type { Report } from '../report.ts';
import type { Node } from '../tree/node.ts';

/** Tags that do less than they seem to. docker compose says nothing about them. */
export function reportTag(tag: string, node: Node, isInOverride: boolean, report: Report): void {
  if (tag === '!reset' && isInOverride) reportUselessReset(node, report);
  else if (tag === '!reset') reportLostValue(node, report);
  else if (/^![a-z]/i.test(tag) && tag !== '!override') reportUnknownTag(tag, node, report);
}

/** The reset is gone before `<<` is looked at. */
export function reportMergedBesideReset(key: string, reset: Node, report: Report): void {
  report.warn('compose.merge', `"!reset" does not take away the "${key}" that "<<" brings here.`, {
    at: reset.origin,
    hint: 'Write "!override" before an empty value, such as "!override []": a value that is written here hides that of "<<".',
  });
}

function reportLostValue(node: Node, report: Report): void {
  const empty =
    node.kind === 'scalar'
      ? /^(?:~|null|)$/i.test(String(node.value))
      : (node.kind === 'sequence' ? node.items.length : node.entries.size) === 0;
  if (empty) return;
  report.warn(
    'compose.merge',
    '"!reset" takes the earlier value away and ignores the one that is written here.',
    {
      at: node.origin,
      hint: 'Write "!override" to put this value in place of the earlier one, or "!reset null" to have none.',
    },
  );
}

function reportUselessReset(node: Node, report: Report): void {
  report.warn('compose.merge', '"!reset" does nothing within "!override": this value stays.', {
    at: node.origin,
    hint: 'Leave the line out: "!override" has taken the earlier value away.',
  });
}

function reportUnknownTag(tag: string, node: Node, report: Report): void {
  const [near] = suggest(tag, ['!reset', '!override']);
  const known =
    'Compose knows "!override", which replaces the value of earlier files, and "!reset", which removes it.';
  report.warn(
    'compose.merge',
    `The tag ${JSON.stringify(tag)} has no meaning in a Compose file and is ignored.`,
    {
      at: node.origin,
      hint: tag.endsWith(',')
        ? 'The comma is a part of the tag here: put a blank before it.'
        : near === undefined
          ? known
          : `Did you mean "${near}"? ${known}`,
    },
  );
}
