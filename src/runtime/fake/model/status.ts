import type { FakeContainer } from './state.ts';

/** The sentence that `ps` shows. */
export function statusOf({ state, createdAt }: FakeContainer, now: number): string {
  switch (state.kind) {
    case 'created':
      return 'Created';
    case 'running':
      return `Up ${duration(now - state.startedAt)}${healthNote(state.health)}`;
    case 'paused':
      return `Up ${duration(now - state.startedAt)} (Paused)`;
    case 'restarting':
      return `Restarting (${state.exitCode}) ${duration(now - state.finishedAt)} ago`;
    case 'exited':
      return `Exited (${state.exitCode}) ${duration(now - Math.max(state.finishedAt, createdAt))} ago`;
  }
}

function healthNote(health: string): string {
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
