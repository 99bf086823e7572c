import { FlotillaError } from '../core/error.ts';
import { labels } from '../core/labels.ts';
import { compareBytes, quote } from '../core/text.ts';

/** A container that uses something which shall go. */
export interface User {
  /** Without the leading slash. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Tells who keeps a network or a volume from being removed: it may well be somebody else's container. */
export function inUse(
  kind: 'network' | 'volume',
  name: string,
  users: readonly User[],
  cause?: unknown,
): FlotillaError {
  const words = users.map(describeUser).sort(compareBytes);
  const list = [words.slice(0, -1).join(', '), ...words.slice(-1)]
    .filter((part) => part !== '')
    .join(' and ');
  return new FlotillaError('engine.conflict', `cannot remove ${kind} ${quote(name)}: it is used by ${list}`, {
    hint: `Stop and remove ${users.length === 1 ? 'that container' : 'those containers'} first.`,
    cause,
  });
}

function describeUser(user: User): string {
  const project = user.labels[labels.project];
  return `container ${user.name} ${project === undefined ? 'of no project' : `of project ${quote(project)}`}`;
}
