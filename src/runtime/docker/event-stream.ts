import { containerId } from '../../core/ids.ts';
import { labels as labelNames } from '../../core/labels.ts';
import { momentInSeconds } from '../../core/moment.ts';
import type { ContainerAction, EngineEvent, EventFilter } from '../driver.ts';
import type { Health } from '../observed.ts';
import type { EngineClient } from './client.ts';
import { lostError } from './connection-failure.ts';
import { textLines } from './json-lines.ts';

/** The engine's word for an action, where it is not ours. `health_status` carries the state after a colon. */
const actions: Readonly<Record<string, ContainerAction>> = {
  create: 'create',
  start: 'start',
  restart: 'restart',
  pause: 'pause',
  unpause: 'unpause',
  stop: 'stop',
  kill: 'kill',
  die: 'die',
  died: 'die',
  oom: 'oom',
  destroy: 'destroy',
  remove: 'destroy',
  rename: 'rename',
  health_status: 'health',
};

const dockerActions = Object.keys(actions).filter((action) => action !== 'died' && action !== 'remove');

/** Attributes that the engine mixes with the container's labels. */
const attributesNotLabels = new Set([
  'image',
  'name',
  'exitCode',
  'containerExitCode',
  'signal',
  'oldName',
  'execDuration',
  'execID',
  'health_status',
]);

const task = "follow the engine's events";

export async function subscribe(
  client: EngineClient,
  filter: EventFilter,
  now: () => number,
  signal?: AbortSignal,
): Promise<AsyncIterable<EngineEvent>> {
  const filters = {
    type: ['container'],
    // Probes would otherwise flood the stream with exec events. Podman refuses words that it does not know.
    ...(client.isPodman || filter.all === true ? {} : { event: dockerActions }),
    ...(filter.project === undefined ? {} : { label: [`${labelNames.project}=${filter.project}`] }),
  };
  const stream = await client.stream(
    {
      method: 'GET',
      path: '/events',
      query: {
        filters: JSON.stringify(filters),
        // The engine sends its headers a moment before it subscribes; what happens in between is replayed from its
        // buffer. The two clocks are the same only on the same machine.
        since:
          filter.since !== undefined
            ? momentInSeconds(filter.since, now())
            : client.address === 'local'
              ? (now() / 1000).toFixed(9)
              : undefined,
        until: filter.until === undefined ? undefined : momentInSeconds(filter.until, now()),
      },
      task,
    },
    signal,
  );
  return parseEvents(stream.chunks, client.endpoint, filter, signal);
}

async function* parseEvents(
  chunks: AsyncIterable<Uint8Array>,
  endpoint: string,
  { until, all = false }: EventFilter,
  signal: AbortSignal | undefined,
): AsyncGenerator<EngineEvent> {
  try {
    for await (const line of textLines(chunks)) {
      const event = parseEvent(line);
      if (event !== undefined && (all || event.action !== 'other')) yield event;
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
    return;
  }
  if (!signal?.aborted && until === undefined)
    throw lostError(new Error('it ended the stream'), endpoint, task);
}

interface EventBody {
  readonly Type?: string;
  readonly Action?: string;
  readonly status?: string;
  readonly id?: string;
  readonly time?: number;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> };
}

/** Undefined for an event that is not about a container. */
export function parseEvent(line: string): EngineEvent | undefined {
  const body = JSON.parse(line) as EventBody;
  if (body.Type !== undefined && body.Type !== 'container') return undefined;
  const attributes = body.Actor?.Attributes ?? {};
  const words = body.Action ?? body.status ?? '';
  const [word = '', detail = ''] = words.split(/:\s*/, 2);
  const action = actions[word] ?? 'other';
  const id = body.Actor?.ID ?? body.id;
  if (!id) return undefined;
  const exitCode = action === 'die' ? (attributes['exitCode'] ?? attributes['containerExitCode']) : undefined;
  const health = action === 'health' ? healthOf(detail || attributes['health_status'] || '') : undefined;
  return {
    action,
    container: containerId(id),
    name: attributes['name'] ?? '',
    words,
    labels: Object.fromEntries(Object.entries(attributes).filter(([key]) => !attributesNotLabels.has(key))),
    details: Object.fromEntries(
      Object.entries(attributes).filter(([key]) => attributesNotLabels.has(key) && key !== 'name'),
    ),
    ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
    ...(health === undefined ? {} : { health }),
    time: nanosecondsIn(line, body.time),
  };
}

function healthOf(word: string): Health {
  return word === 'healthy' || word === 'unhealthy' || word === 'starting' ? word : 'none';
}

/** Read from the text: as a number it would lose its last digits. */
function nanosecondsIn(line: string, unixSeconds: number | undefined): string {
  return /"timeNano":\s*(\d+)/.exec(line)?.[1] ?? `${unixSeconds ?? 0}000000000`;
}
