import { readFile } from 'node:fs/promises';
import { listeningProcesses as processesHere } from '../listening-processes.ts';
import type { PortHolder } from '../observed.ts';

/** Proxies of engines: whose port it is, the engine knows better. */
const proxies = /^(docker-proxy|dockerd|rootlessport|rootlesskit|slirp4netns|pasta|conmon|containerd)/;

/**
 * Processes that listen on these ports of the engine's host. Empty unless the engine's socket was made in our own
 * network namespace, for only of that one is it known who listens.
 */
export async function listeningProcesses(
  endpoint: string,
  ports: readonly number[],
): Promise<readonly PortHolder[]> {
  if (!endpoint.startsWith('unix://')) return [];
  const found = await processesHere(ports);
  if (found.length === 0 || !(await isHere(endpoint.slice('unix://'.length)))) return [];
  return found.filter(({ holder }) => holder.kind !== 'process' || !proxies.test(holder.name ?? ''));
}

/** Whether a socket of that path listens in our own network namespace. */
async function isHere(path: string): Promise<boolean> {
  const text = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  const acceptsConnections = 0x10000;
  return text.split('\n').some((line) => {
    const [, , , flags = '', , , , own = ''] = line.trim().split(/\s+/);
    const isSame = own === path || own === path.replace(/^\/var\/run\//, '/run/');
    return isSame && (Number.parseInt(flags, 16) & acceptsConnections) !== 0;
  });
}
