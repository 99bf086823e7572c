import type { EventBody } from '../events.ts';
import type { Step } from '../plan/index.ts';

/** Names are for people: more of them than this say less. */
const mostNames = 5;

/** What a run that is drained in the middle still brings to an end; undefined when that is nothing. */
export function drainNotice(running: Iterable<Step>): EventBody | undefined {
  const names = [
    ...new Set([...running].filter(isFinished).map(({ resource }) => `${resource.type} ${resource.name}`)),
  ];
  if (names.length === 0) return undefined;
  const rest = names.length > mostNames ? [`${names.length - mostNames} more`] : [];
  return {
    type: 'notice',
    level: 'info',
    code: 'run.cancelled',
    message: `nothing more is begun; finishing ${[...names.slice(0, mostNames), ...rest].join(', ')}`,
  };
}

const givenUp: readonly Step['kind'][] = [
  'container.wait',
  'image.pull',
  'image.push',
  'image.build',
  'hook.exec',
  'hook.run',
  'provider.up',
  'model.prepare',
];

/** Waits, pulls, hooks and what other programs prepare are given up instead. */
export function isFinished({ kind }: Step): boolean {
  return !givenUp.includes(kind);
}
