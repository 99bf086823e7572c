import type { LogOptions, ObservedContainer } from '../../runtime/index.ts';
import { displayNameOf, type OutputSink } from '../follow/index.ts';
import type { Session } from './session.ts';

export interface LogsRequest {
  readonly project: string;
  readonly containers: readonly ObservedContainer[];
  readonly options: LogOptions;
  readonly sink: OutputSink;
}

/** Prints what containers said and, with `follow`, what they say until they end or the session is drained. */
export async function printLogs(session: Session, request: LogsRequest): Promise<void> {
  const names = request.containers.map((container) => displayNameOf(container.name, request.project));
  for (const name of names) request.sink.register(name);
  await Promise.all(
    request.containers.map(async (container, index) => {
      const name = names[index] ?? container.name;
      try {
        for await (const chunk of session.driver.logs(container.id, request.options, session.drain)) {
          await request.sink.chunk(name, chunk);
        }
      } catch (error) {
        if (!session.drain.aborted) throw error;
      } finally {
        request.sink.end(name);
      }
    }),
  );
}
