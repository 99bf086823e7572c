import type { RunEvent } from '../../scheduler/index.ts';
import { jsonLine } from '../output/json-line.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** The events themselves, one object per line; schemas/events.schema.json describes them. */
export function createJsonReporter({ output }: ReporterOptions): Reporter {
  return {
    event(event: RunEvent) {
      output.write(jsonLine(event));
    },
    makeRoom() {},
    async close() {},
  };
}
