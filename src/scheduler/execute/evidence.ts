import { formatPosition } from '../../core/diagnostic.ts';
import type { Evidence } from '../../core/error.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import type { ContainerDetails, ProbeResult } from '../../runtime/index.ts';
import type { StepInputs } from '../plan/index.ts';
import { exitCodeMeaning } from './exit-code.ts';
import type { HandlerContext } from './options.ts';

type Sources = Pick<HandlerContext, 'driver' | 'clock'>;

/** How many of the last probes and lines of output a failure shows. */
const shownProbes = 3;
const shownLines = 10;
const longestLine = 200;
/** A failure must not wait for an engine that does not give its logs. */
const patienceMs = 2000;

/** What is known about the failure of a wait: who waited, what the probes and the container said. */
export function evidenceOf(
  input: StepInputs['container.wait'],
  details: ContainerDetails | undefined,
  words: readonly Evidence[],
): readonly Evidence[] {
  return [
    ...chainOf(input),
    ...(details === undefined ? [] : [...endOf(details), ...probesOf(input, details)]),
    ...words,
  ];
}

function chainOf({
  service,
  until,
  dependent,
  positions,
}: StepInputs['container.wait']): readonly Evidence[] {
  if (dependent === undefined) return [];
  const condition = until === 'completed' ? 'service_completed_successfully' : 'service_healthy';
  return [
    {
      title: `${dependent} waits for ${service}: ${condition}${inBrackets(formatPosition(positions?.dependsOn))}`,
      lines: [],
    },
  ];
}

function endOf({ state, exitCode, oomKilled, restartCount }: ContainerDetails): readonly Evidence[] {
  if (state !== 'exited' && state !== 'dead' && state !== 'restarting') return [];
  const meaning = exitCodeMeaning(exitCode, oomKilled);
  return [
    ...(meaning === undefined ? [] : [{ title: `exit code ${exitCode}: ${meaning}`, lines: [] }]),
    ...(restartCount === 0
      ? []
      : [{ title: `it was started ${restartCount + 1} times, as its restart policy says`, lines: [] }]),
  ];
}

function probesOf(
  { positions }: StepInputs['container.wait'],
  { health, probes }: ContainerDetails,
): readonly Evidence[] {
  if (probes.length === 0 || health === 'healthy') return [];
  return [
    {
      title: `last probes of its health check${inBrackets(formatPosition(positions?.healthcheck))}:`,
      lines: probes.slice(-shownProbes).map(probeText),
    },
  ];
}

/** A probe that could not be run, or was cut off, has no exit code: engines write -1. */
function probeText({ exitCode, output }: ProbeResult): string {
  const said = output.trim().split('\n').at(-1) ?? '';
  if (exitCode < 0) return cut(said.replace(/^.*?(?=exec: ")/, 'cannot be run: ').replace(/: unknown$/, ''));
  return `exit ${exitCode}${said === '' ? ', no output' : `: ${cut(said)}`}`;
}

/** The last lines of output. */
export async function lastWords(
  { driver, clock }: Sources,
  { container, service }: StepInputs['container.wait'],
  { id }: ContainerDetails,
  signal: AbortSignal,
): Promise<readonly Evidence[]> {
  const both = linkedAbort(signal);
  const text: string[] = [];
  const decoder = new TextDecoder();
  const reading = (async () => {
    for await (const chunk of driver.logs(id, { follow: false, tail: shownLines }, both.signal)) {
      text.push(decoder.decode(chunk.data, { stream: true }));
    }
  })();
  try {
    await Promise.race([reading, clock.sleep(patienceMs, both.signal)]);
  } catch {
    // No logs is no evidence, and the failure itself is already told.
  } finally {
    both.abort(new Error('that is enough'));
    await reading.catch(() => {});
  }
  const lines = text.join('').trimEnd().split(/\r?\n/).slice(-shownLines).map(cut);
  return lines.join('') === ''
    ? [{ title: `${container.name} has written nothing`, lines: [] }]
    : [{ title: `last output of ${service}:`, lines }];
}

function cut(line: string): string {
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}

function inBrackets(text: string): string {
  return text === '' ? '' : ` (${text})`;
}
