import { randomBytes } from 'node:crypto';
import { messageOf } from '../../core/error.ts';
import { version } from '../../core/version.ts';
import { type Operation, otlpTraces, type Timings, timingsOf } from '../../scheduler/index.ts';
import type { Io } from '../io.ts';
import { writeOutput } from '../output/write-file.ts';
import type { Style } from '../style.ts';
import { sendTraces, traceTarget } from './send.ts';
import { renderTimings } from './table.ts';

export interface TimingsRequest {
  /** Print them for people, on standard error. */
  readonly print: boolean;
  /** Write them as JSON; relative to the current folder. */
  readonly file?: string;
  readonly style: Style;
}

/** Where no terminal says how wide it is. */
const usualColumns = 100;

/**
 * Tells where the time of a run went, in the ways that were asked for. When an OpenTelemetry endpoint is named in the
 * environment, it gets the run as a trace; that it cannot be reached is a warning and changes nothing else. Throws a
 * FlotillaError when the file cannot be written.
 */
export async function reportTimings(io: Io, operation: Operation, request: TimingsRequest): Promise<void> {
  const { pulls } = operation;
  const timings = timingsOf(pulls === undefined ? [operation] : [pulls, operation]);
  if (request.print) {
    const columns = io.stderr.columns ?? usualColumns;
    io.stderr.write(`\n${renderTimings(timings, { columns, style: request.style })}`);
  }
  if (request.file !== undefined) {
    await writeOutput(io.cwd, request.file, `${JSON.stringify(timings, null, 2)}\n`, '--timings-file');
  }
  await trace(io, timings, request);
}

async function trace(io: Io, timings: Timings, { style }: TimingsRequest): Promise<void> {
  const target = traceTarget(io.environment);
  if (target === undefined) return;
  const traces = otlpTraces(timings, {
    resource: target.resource,
    version,
    ...(target.parent === undefined ? {} : { parent: target.parent }),
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  });
  try {
    await sendTraces(target, traces);
  } catch (error) {
    io.stderr.write(
      `${style.yellow('warning:')} the trace of this run was not delivered: ${messageOf(error)}\n`,
    );
  }
}
