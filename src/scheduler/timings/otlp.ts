import type { ServiceName, StepId } from '../../core/ids.ts';
import { endOf, type Span, type StepTiming, type Timings } from './model.ts';

/** The part of OTLP 1.x traces in JSON that we send: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. */
export interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly spans: readonly OtlpSpan[];
    }[];
  }[];
}

export interface OtlpSpan {
  /** 16 bytes as hexadecimal digits. */
  readonly traceId: string;
  /** 8 bytes as hexadecimal digits. */
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 1;
  /** Nanoseconds since the epoch, as decimal digits. */
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 1 is ok, 2 an error. */
  readonly status: { readonly code: 1 | 2 };
}

export interface OtlpAttribute {
  readonly key: string;
  readonly value:
    | { readonly stringValue: string }
    | { readonly intValue: string }
    | { readonly boolValue: boolean };
}

export interface TraceOptions {
  /** Of the program that sends: name, version and whatever else its user wants to find it by. */
  readonly resource: Readonly<Record<string, string>>;
  readonly version: string;
  /** The span of which the run is a part, when something above us is traced too. */
  readonly parent?: { readonly traceId: string; readonly spanId: string };
  /** That many random bytes as hexadecimal digits. */
  readonly randomHex: (bytes: number) => string;
}

/** A span for the run, in it one for each service, and in that one for each step, linked to the steps it waited for. */
export function otlpTraces(timings: Timings, options: TraceOptions): OtlpTraces {
  const traceId = options.parent?.traceId ?? options.randomHex(16);
  const spans = timings.startedAt === undefined ? [] : spansOf(timings, timings.startedAt, traceId, options);
  return {
    resourceSpans: [
      {
        resource: { attributes: attributes(options.resource) },
        scopeSpans: [{ scope: { name: 'flotilla', version: options.version }, spans }],
      },
    ],
  };
}

function spansOf(
  timings: Timings,
  startedAt: string,
  traceId: string,
  { parent, randomHex }: TraceOptions,
): readonly OtlpSpan[] {
  const { project, command, durationMs, outcome, services, steps } = timings;
  const origin = Date.parse(startedAt);
  const span = (
    id: string,
    above: string | undefined,
    time: Span,
    rest: Pick<OtlpSpan, 'name' | 'attributes' | 'status' | 'links'>,
  ): OtlpSpan => ({
    traceId,
    spanId: id,
    ...(above === undefined ? {} : { parentSpanId: above }),
    kind: 1,
    startTimeUnixNano: nanoseconds(origin + time.startMs),
    endTimeUnixNano: nanoseconds(origin + endOf(time)),
    ...rest,
  });
  const root = randomHex(8);
  const ofService = new Map<ServiceName, string>(services.map(({ service }) => [service, randomHex(8)]));
  const ofStep = new Map<StepId, string>(steps.map(({ id }) => [id, randomHex(8)]));
  const onPath = new Set(timings.criticalPath);
  return [
    span(
      root,
      parent?.spanId,
      { startMs: 0, durationMs },
      {
        name: `${command} ${project}`,
        attributes: attributes({ 'flotilla.project': project, 'flotilla.command': command }),
        status: statusOf(outcome === 'done'),
      },
    ),
    ...services.map(({ service, phases }) => {
      const startMs = Math.min(...phases.map((phase) => phase.startMs));
      const endMs = Math.max(...phases.map(endOf));
      const own = steps.filter((step) => step.services.includes(service));
      return span(
        ofService.get(service) ?? '',
        root,
        { startMs, durationMs: endMs - startMs },
        {
          name: service,
          attributes: attributes({ 'flotilla.project': project, 'flotilla.service': service }),
          status: statusOf(own.every(isGood)),
        },
      );
    }),
    ...steps.map((step) =>
      span(ofStep.get(step.id) ?? '', ofService.get(step.services[0] as ServiceName) ?? root, step, {
        name: step.id,
        attributes: [
          ...attributes({ 'flotilla.step.kind': step.kind, 'flotilla.resource': step.resource }),
          { key: 'flotilla.queued_ms', value: { intValue: String(step.queuedMs) } },
          { key: 'flotilla.critical_path', value: { boolValue: onPath.has(step.id) } },
        ],
        links: step.needs.map((id) => ({ traceId, spanId: ofStep.get(id) ?? '' })),
        status: statusOf(isGood(step)),
      }),
    ),
  ];
}

function isGood({ outcome }: StepTiming): boolean {
  return outcome === 'done' || outcome === 'tolerated';
}

function statusOf(good: boolean): OtlpSpan['status'] {
  return { code: good ? 1 : 2 };
}

function attributes(values: Readonly<Record<string, string>>): readonly OtlpAttribute[] {
  return Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function nanoseconds(milliseconds: number): string {
  return String(BigInt(Math.round(milliseconds)) * 1_000_000n);
}
