import { readdirSync, readFileSync } from 'node:fs';
import {
  type ClientRequest,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
} from 'node:http';
import { Agent, type AgentOptions, request } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { Fetch } from '../../../../images/index.ts';

export interface Web {
  readonly fetch: Fetch;
  /** Ends connections that are kept open. */
  close(): void;
}

/** Where docker looks for the certificates of a registry: in the folder of its host and port. */
const certificateFolders = '/etc/docker/certs.d';

/**
 * The requests of the registry client over Node's own HTTP: bodies arrive as they were sent, and a registry may have
 * certificates of its own, as docker has them. Redirects are not followed.
 */
export function openWeb(folders = certificateFolders): Web {
  // Most commands ask no registry, and to load HTTP takes a while.
  let plain: PlainAgent | undefined;
  const plainAgent = () => (plain ??= new PlainAgent({ keepAlive: true, maxSockets: 6 }));
  const agents = new Map<string, Agent>();
  const agentOf = ({ host }: URL): Agent => {
    const known =
      agents.get(host) ??
      new Agent({ keepAlive: true, maxSockets: 6, ...certificatesOf(`${folders}/${host}`) });
    agents.set(host, known);
    return known;
  };
  return {
    fetch: (address, { method, headers, body, signal }) =>
      new Promise((resolve, reject) => {
        const url = new URL(address);
        const isPlain = url.protocol === 'http:';
        const options = { method, headers, signal };
        const answered = (response: IncomingMessage): void =>
          resolve({
            status: response.statusCode ?? 0,
            headers: { get: (name) => headerOf(response, name) },
            body: Object.assign(whole(response), { cancel: async () => void response.destroy() }),
          });
        const call = isPlain
          ? plainRequest(url, { ...options, agent: plainAgent() }, answered)
          : request(url, { ...options, agent: agentOf(url) }, answered);
        call.once('error', reject);
        if (body === undefined || typeof body === 'string') call.end(body);
        else send(body, call).catch((thrown: unknown) => call.destroy(thrown as Error));
      }),
    close() {
      plain?.destroy();
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/** Who answers before it has heard everything does not want the rest. */
async function send(body: AsyncIterable<Uint8Array>, call: ClientRequest): Promise<void> {
  for await (const chunk of body) {
    if (call.destroyed) return;
    if (!call.write(chunk)) await drained(call);
  }
  call.end();
}

/** Resolves when there is room again, or nobody who would take more. */
function drained(call: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      for (const event of ['drain', 'close'] as const) call.off(event, end);
      resolve();
    };
    for (const event of ['drain', 'close'] as const) call.on(event, end);
  });
}

/** A body that stops before its announced end fails, whatever Node's version makes of it. */
async function* whole(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* response as AsyncIterable<Uint8Array>;
    if (!response.complete) throw new Error('the connection was cut');
  } finally {
    response.destroy();
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}

/** `*.crt` are authorities to trust, `NAME.cert` and `NAME.key` are for logging in. */
function certificatesOf(folder: string): AgentOptions {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return {};
  }
  const read = (name: string) => readFileSync(`${folder}/${name}`);
  const authorities = names.filter((name) => name.endsWith('.crt')).map(read);
  const client = names.find((name) => name.endsWith('.cert') && names.includes(name.replace(/cert$/, 'key')));
  return {
    ...(authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities] }),
    ...(client === undefined ? {} : { cert: read(client), key: read(client.replace(/cert$/, 'key')) }),
  };
}
