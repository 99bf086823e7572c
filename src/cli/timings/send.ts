import { messageOf } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { OtlpTraces } from '../../scheduler/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where traces go and how, by the variables that every OpenTelemetry program reads. */
export interface TraceTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** What the receiver knows the sender by. */
  readonly resource: Readonly<Record<string, string>>;
  readonly parent?: { readonly traceId: string; readonly spanId: string };
}

/**
 * Undefined when no endpoint is named. Names and defaults:
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/ and https://www.w3.org/TR/trace-context/.
 */
export function traceTarget(environment: Environment): TraceTarget | undefined {
  const url = endpointOf(environment);
  if (url === undefined) return undefined;
  const timeout = Number(
    first(environment, 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT'),
  );
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(
    environment['TRACEPARENT'] ?? '',
  );
  return {
    url,
    headers: pairs(first(environment, 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS')),
    timeoutMs: timeout > 0 ? timeout : 10_000,
    resource: {
      'service.name': 'flotilla',
      ...pairs(environment['OTEL_RESOURCE_ATTRIBUTES']),
      ...(environment['OTEL_SERVICE_NAME'] ? { 'service.name': environment['OTEL_SERVICE_NAME'] } : {}),
    },
    ...(parent === null ? {} : { parent: { traceId: parent[1] ?? '', spanId: parent[2] ?? '' } }),
  };
}

/** Rejects with an Error whose message says why they did not arrive. */
export async function sendTraces(target: TraceTarget, traces: OtlpTraces): Promise<void> {
  const response = await fetch(target.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...target.headers },
    body: JSON.stringify(traces),
    signal: AbortSignal.timeout(target.timeoutMs),
  }).catch((error: unknown) => {
    // fetch itself says no more than "fetch failed".
    const cause = error instanceof Error ? error.cause : undefined;
    throw new Error(`no answer from ${quote(target.url)}: ${messageOf(cause ?? error)}`);
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${quote(target.url)} answers with status ${response.status}`);
}

function endpointOf(environment: Environment): string | undefined {
  const own = environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  if (own) return own;
  const common = environment['OTEL_EXPORTER_OTLP_ENDPOINT'];
  return common ? `${common.replace(/\/+$/, '')}/v1/traces` : undefined;
}

function first(environment: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
}

/** `key=value,other=value`, values percent-encoded as in W3C baggage; what is no pair is left out. */
function pairs(text: string | undefined): Readonly<Record<string, string>> {
  const entries = (text ?? '').split(',').flatMap((pair) => {
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    return key === undefined || value === undefined ? [] : [[key, decoded(value)]];
  });
  return Object.fromEntries(entries);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
