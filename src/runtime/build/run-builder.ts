import { FlotillaError, isAbortError, messageOf } from '../../core/error.ts';
import type { BuildSpec } from '../../images/index.ts';
import { hearCommand } from '../command-lines.ts';

export interface BuilderRun {
  readonly command: readonly [string, ...string[]];
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For its standard input. */
  readonly input?: string;
  /** Hears every line that it writes. */
  readonly onLine: (line: string) => void;
}

/** How much of what a builder said is kept for its failure. */
const keptLines = 25;

/** Rejects with `image.build` and the last lines of the builder's output when it fails; an abort kills it. */
export async function runBuilder(spec: BuildSpec, run: BuilderRun, signal?: AbortSignal): Promise<void> {
  const last: string[] = [];
  const hear = (line: string): void => {
    if (line.trim() === '') return;
    last.push(line.trimEnd());
    if (last.length > keptLines) last.shift();
    run.onLine(line.trimEnd());
  };
  // Both of its streams tell of the build; one is enough to listen to.
  const command = ['sh', '-c', 'exec "$@" 2>&1', 'sh', ...run.command] as const;
  const { input } = run;
  const options = { environment: run.environment, ...(input === undefined ? {} : { input }) };
  try {
    await hearCommand(command, options, hear, signal ?? new AbortController().signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (isAbortError(error)) throw error;
    throw buildFailure(spec, last, messageOf(error));
  }
}

function buildFailure({ service, tags }: BuildSpec, lines: readonly string[], why: string): FlotillaError {
  const cause =
    [...lines].reverse().find((line) => /\b(?:error|failed)\b/i.test(line)) ?? lines.at(-1) ?? why;
  return new FlotillaError(
    'image.build',
    `cannot build image ${tags[0]} of service "${service}": ${cause.replace(/^(?:ERROR|error): */i, '')}`,
    {
      evidence: lines.length === 0 ? [] : [{ title: "the builder's last output:", lines }],
      hint: 'Its Dockerfile, and the files that it copies, decide; `flotilla build --no-cache` tries without what is remembered.',
    },
  );
}
