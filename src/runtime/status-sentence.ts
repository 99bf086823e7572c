import type { Health } from './observed.ts';

/** Where a container is in its life; times are Unix milliseconds. */
export type LifeStage =
  | { readonly kind: 'created' }
  | { readonly kind: 'running' | 'paused'; readonly startedAt: number; readonly health: Health }
  | { readonly kind: 'restarting' | 'exited'; readonly exitCode: number; readonly finishedAt: number };

/** The sentence that `ps` shows, as Docker words it. */
export function statusSentence(
  { stage, createdAt }: { readonly stage: LifeStage; readonly createdAt: number },
  now: number,
): string {
  switch (stage.kind) {
    case 'created':
      return 'Created';
    case 'running':
      return `Up ${duration(now - stage.startedAt)}${healthNote(stage.health)}`;
    case 'paused':
      return `Up ${duration(now - stage.startedAt)} (Paused)`;
    case 'restarting':
      return `Restarting (${stage.exitCode}) ${duration(now - stage.finishedAt)} ago`;
    case 'exited':
      return `Exited (${stage.exitCode}) ${duration(now - Math.max(stage.finishedAt, createdAt))} ago`;
  }
}

function healthNote(health: Health): string {
  if (health === 'none') return '';
  return health === 'starting' ? ' (health: starting)' : ` (${health})`;
}

/** Rounded as engines do for people. */
function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.round(minutes / 60);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 14) return `${Math.floor(hours / 24)} days`;
  return `${Math.floor(hours / 24 / 7)} weeks`;
}
