import { FlotillaError } from '../core/error.ts';
import { labels } from '../core/labels.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * Whether what exists is what shall be made: of the same project and replica, from the same definition. What runs once
 * is no other one, even of the same command under the same name.
 */
export function isSame(existing: Labels | null | undefined, wanted: Labels): boolean {
  const found = existing ?? {};
  return (
    found[labels.configHash] !== undefined &&
    found[labels.configHash] === wanted[labels.configHash] &&
    [labels.project, labels.service, labels.containerNumber, labels.slug].every(
      (key) => found[key] === wanted[key],
    )
  );
}

export function conflict(kind: 'network' | 'volume' | 'container', name: string): FlotillaError {
  const command = kind === 'container' ? 'docker container rm' : `flotilla ${kind} rm`;
  return new FlotillaError(
    'engine.conflict',
    `there is already a ${kind} named "${name}" with another definition`,
    {
      hint: `Run the command again to take it into account, or remove it with \`${command} ${name}\`.`,
    },
  );
}
