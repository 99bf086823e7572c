import type { Driver } from '../driver.ts';
import { type EngineAddress, formatAddress } from './address.ts';
import { exportContainer, getArchive, putArchive, putFiles, statPath } from './archive.ts';
import { type BuilderHome, buildImage } from './build.ts';
import { createClient, type EngineClient } from './client.ts';
import { commitContainer } from './commit.ts';
import { classifyConnection, connectionError, notFound } from './connection-failure.ts';
import {
  killContainer,
  listProcesses,
  pauseContainer,
  removeContainer,
  renameContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
} from './containers.ts';
import { createContainer } from './create.ts';
import { inspectContainer } from './details.ts';
import { type DiscoverOptions, discoverEngine } from './discover.ts';
import { subscribe } from './event-stream.ts';
import { exec } from './exec.ts';
import { fillVolume } from './fill-volume.ts';
import { greet } from './handshake.ts';
import { housekeepingOf } from './housekeeping/index.ts';
import { imageHistory, inspectImage, removeImage } from './images.ts';
import { connectNetwork, createNetwork, disconnectNetwork, removeNetwork } from './networks.ts';
import { attachInput, attachOutput, readLogs } from './output.ts';
import { pullImage } from './pull.ts';
import { pushImage } from './push.ts';
import { takeSnapshot } from './snapshot.ts';
import { readStats } from './stats.ts';
import { capabilitiesOf } from './support.ts';
import { openTransport } from './transport.ts';
import { engineVersion } from './version.ts';
import { createVolume, removeVolume } from './volumes.ts';

export { isNamed } from './discover.ts';

export interface DockerOptions extends DiscoverOptions {
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/**
 * Reaches the engine with one round trip. Rejects with `engine.not-found`, `engine.permission`, `engine.refused`,
 * `engine.too-old`, `engine.tls`, `engine.ssh`, `engine.context` or `engine.not-an-engine`.
 */
export async function connectDocker(options: DockerOptions, signal?: AbortSignal): Promise<Driver> {
  const { addresses, origin, headers } = await discoverEngine(options);
  let forbidden: unknown;
  for (const address of addresses) {
    try {
      const client = await openClient(address, headers, options, signal);
      // Other places than the first of several are none of the docker CLI's.
      const found = address === addresses[0] ? {} : { found: formatAddress(address) };
      return dockerDriver(client, options, found);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const failure = classifyConnection(error, address);
      if (failure === 'final') throw connectionError(error, address, origin);
      if (failure === 'forbidden') forbidden ??= connectionError(error, address, origin);
    }
  }
  throw forbidden ?? notFound(addresses, origin);
}

async function openClient(
  address: EngineAddress,
  configured: Readonly<Record<string, string>>,
  options: DockerOptions,
  signal: AbortSignal | undefined,
): Promise<EngineClient> {
  const headers = { 'User-Agent': 'flotilla', ...configured };
  const transport = await openTransport(address, options.environment);
  const forced = options.environment['DOCKER_API_VERSION'];
  try {
    const greeting = await greet(
      transport,
      address,
      { headers, ...(forced === undefined ? {} : { forced }) },
      signal,
    );
    return createClient({
      transport,
      ...greeting,
      headers,
      endpoint: formatAddress(address),
      address: address.kind === 'unix' ? 'local' : 'remote',
    });
  } catch (error) {
    transport.close();
    throw error;
  }
}

function dockerDriver(
  client: EngineClient,
  options: DockerOptions,
  found: Pick<BuilderHome, 'found'>,
): Driver {
  const { now } = options;
  return {
    kind: 'docker',
    capabilities: capabilitiesOf(client.api),
    endpoint: client.endpoint,
    version: (signal) => engineVersion(client, signal),
    snapshot: (query, signal) => takeSnapshot(client, query, signal),
    createNetwork: (spec, signal) => createNetwork(client, spec, signal),
    removeNetwork: (name, signal) => removeNetwork(client, name, signal),
    connectNetwork: (container, endpoint, signal) => connectNetwork(client, container, endpoint, signal),
    disconnectNetwork: (container, network, signal) => disconnectNetwork(client, container, network, signal),
    createVolume: (spec, signal) => createVolume(client, spec, signal),
    removeVolume: (name, signal) => removeVolume(client, name, signal),
    fillVolume: (filling, signal) => fillVolume(client, filling, now, signal),
    inspectImage: (reference, signal) => inspectImage(client, reference, signal),
    imageHistory: (reference, signal) => imageHistory(client, reference, signal),
    pullImage: (reference, options, signal) => pullImage(client, reference, options, signal),
    pushImage: (reference, options, signal) => pushImage(client, reference, options, signal),
    removeImage: (reference, signal) => removeImage(client, reference, signal),
    housekeeping: housekeepingOf(client, now),
    buildImage: (spec, build, signal) => buildImage({ ...options, ...found }, spec, build, signal),
    createContainer: (spec, options, signal) => createContainer(client, spec, options, signal),
    startContainer: (container, signal) => startContainer(client, container, signal),
    stopContainer: (container, options, signal) => stopContainer(client, container, options, signal),
    killContainer: (container, name, signal) => killContainer(client, container, name, signal),
    pauseContainer: (container, signal) => pauseContainer(client, container, signal),
    unpauseContainer: (container, signal) => unpauseContainer(client, container, signal),
    removeContainer: (container, options, signal) => removeContainer(client, container, options, signal),
    renameContainer: (container, name, signal) => renameContainer(client, container, name, signal),
    inspectContainer: (container, signal) => inspectContainer(client, container, signal),
    listProcesses: (container, signal) => listProcesses(client, container, signal),
    stats: (container, signal) => readStats(client, container, signal),
    logs: (container, options, signal) => readLogs(client, container, options, now, signal),
    attach: (container, signal) => attachOutput(client, container, signal),
    attachInput: (container, signal, leave) => attachInput(client, container, signal, leave),
    events: (filter, signal) => subscribe(client, filter, now, signal),
    exec: (container, spec, signal) => exec(client, container, spec, signal),
    putFiles: (container, files, signal) => putFiles(client, container, files, now, signal),
    getArchive: (container, path, signal) => getArchive(client, container, path, signal),
    putArchive: (container, path, archive, options, signal) =>
      putArchive(client, container, path, archive, options, signal),
    statPath: (container, path, signal) => statPath(client, container, path, signal),
    exportContainer: (container, signal) => exportContainer(client, container, signal),
    commitContainer: (container, options, signal) => commitContainer(client, container, options, signal),
    close: async () => client.close(),
  };
}
