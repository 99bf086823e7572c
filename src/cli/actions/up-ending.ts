import type { NamedNews } from '../../scheduler/index.ts';
import type { UpMode } from './up-options.ts';

export interface EndingOptions {
  readonly mode: Extract<UpMode, { readonly kind: 'attached' }>;
  /** Services whose end counts. */
  readonly watched: ReadonlySet<string>;
  /** Once it aborts, containers end because somebody asked for it. */
  readonly interrupted: AbortSignal;
}

/** What the first container that ends means for a run of `up` in the foreground, and for its exit code. */
export class Ending {
  readonly #options: EndingOptions;
  readonly #abort = new AbortController();
  #begun = false;
  #first: number | undefined;
  #asked: number | undefined;

  constructor(options: EndingOptions) {
    this.#options = options;
  }

  /** Aborts when the other containers have to end too. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** What happens before the run has the project to itself is the business of another run. */
  begin(): void {
    this.#begun = true;
  }

  hear(news: NamedNews): void {
    const { mode, watched, interrupted } = this.#options;
    if (!this.#begun || news.kind !== 'exited' || news.restarting || interrupted.aborted) return;
    if (mode.exitCodeFrom === news.service) this.#asked = news.exitCode;
    if (!watched.has(news.service) || this.signal.aborted || mode.abortOn === 'nothing') return;
    if (mode.abortOn === 'failure' && news.exitCode === 0) return;
    this.#first = news.exitCode;
    this.#abort.abort(new DOMException(`${news.displayName} has ended`, 'AbortError'));
  }

  /** Of the service that was asked for; of the first container when that one cannot tell. */
  exitCode(): number | undefined {
    return this.#asked ?? this.#first;
  }
}
