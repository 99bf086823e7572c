import { redact } from '../../core/redact.ts';
import type { RunEvent } from '../../scheduler/index.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** The events themselves, one object per line; schemas/events.schema.json describes them. */
export function createJsonReporter({ output }: ReporterOptions): Reporter {
  return {
    event(event: RunEvent) {
      output.write(`${escapeControl(JSON.stringify(event, redacted))}\n`);
    },
    makeRoom() {},
    async close() {},
  };
}

/** JSON leaves these as they are, and a terminal may obey them. */
function escapeControl(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function redacted(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? redact(value) : value;
}
