import type { Clock } from '../../core/clock.ts';
import type { ContainerDetails } from '../../runtime/index.ts';

/** What has no health check is ready once it has stayed up that long: docker compose first looks after this time too. */
const settlingMs = 500;
/** Engines pause before each restart, from 100 ms on and twice as long each time: so many take most of a minute. */
const patienceRestarts = 9;

/** Whether a container stays up, by one wait's looks at it. */
export interface Settling {
  /** Milliseconds that its present run still has to last; none are left of one that has settled. */
  leftMs(details: ContainerDetails): number;
  /** Whether it has ended too often meanwhile to be waited for any longer. */
  isHopeless(details: ContainerDetails): boolean;
}

/**
 * A run counts from the first look at it. When it began is the engine's word by the engine's clock, which may differ
 * from ours by more than the whole settling time; it only tells one run from the next.
 */
export function createSettling(clock: Clock): Settling {
  let run: string | undefined;
  let seenAt = 0;
  let restartsBefore: number | undefined;
  return {
    leftMs: ({ startedAt = '', restartCount }) => {
      const present = `${startedAt} ${restartCount}`;
      if (run !== present) seenAt = clock.now();
      run = present;
      return seenAt + settlingMs - clock.now();
    },
    isHopeless: ({ restartCount }) => {
      restartsBefore ??= restartCount;
      return restartCount - restartsBefore >= patienceRestarts;
    },
  };
}
