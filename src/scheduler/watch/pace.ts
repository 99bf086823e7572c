/** So soon after the end of an action a change of the same file looks as if the action had made it. */
const suspiciousMs = 3000;
/** So often in a row it is taken for that. */
const patience = 10;
const firstPauseMs = 5000;
const longestPauseMs = 60_000;

/**
 * Breaks loops: a container that writes a watched file whenever it starts would be restarted for ever.
 *
 * calm --the same file, at once, ten times--> pausing, each time twice as long --any other change, or three seconds' rest--> calm
 */
export class Pace {
  #files: ReadonlySet<string> = new Set();
  #endedAt = Number.NEGATIVE_INFINITY;
  #streak = 0;

  /** How many milliseconds to wait before the files, which have changed at `now`, are acted upon. */
  pauseBefore(files: ReadonlySet<string>, now: number): number {
    const isSuspicious =
      now - this.#endedAt < suspiciousMs && [...files].every((file) => this.#files.has(file));
    this.#streak = isSuspicious ? this.#streak + 1 : 0;
    this.#files = files;
    const beyond = this.#streak - patience;
    return beyond < 0 ? 0 : Math.min(firstPauseMs * 2 ** beyond, longestPauseMs);
  }

  /** To be called when the action is over. */
  ended(now: number): void {
    this.#endedAt = now;
  }
}
