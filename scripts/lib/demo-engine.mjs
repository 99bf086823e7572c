// @ts-check
import { answers, callEngine } from './engine/api.mjs';
import { ensureImage, imageArchive } from './images/ensure.mjs';
import { ensureCommands, nativeCommands } from './packages.mjs';

/**
 * What the demo runs on.
 *
 * @typedef {object} DemoEngine
 * @property {string} name for people
 * @property {string} address where published ports answer
 * @property {Readonly<Record<string, string>>} env for every command
 * @property {(name: import('./images/ensure.mjs').ImageName, say: (line: string) => void) => Promise<unknown>} load
 *   sees to it that it has the image
 * @property {() => Promise<number | undefined>} publishedPort of the shop that is up already
 */

const defaultSocket = 'unix:///var/run/docker.sock';

/**
 * The engine of DOCKER_HOST, else a Docker Engine that answers at the usual place, else the native engine.
 * @param {(args: readonly string[], env: Readonly<Record<string, string>>) => Promise<string>} flotilla runs the program
 * @param {(line: string) => void} say
 * @returns {Promise<DemoEngine>}
 */
export async function openDemoEngine(flotilla, say) {
  const given = process.env['DOCKER_HOST'];
  if (given) {
    if (await answers(given)) return dockerEngine(given, 'the Docker Engine of DOCKER_HOST');
    throw new Error(`No Docker Engine answers at DOCKER_HOST "${given}". Start it, or unset DOCKER_HOST.`);
  }
  if (await answers(defaultSocket)) return dockerEngine(defaultSocket, 'the Docker Engine that runs here');
  if (process.getuid?.() !== 0) {
    throw new Error('No Docker Engine answers here. Start one, or run this as root, which needs none.');
  }
  await ensureCommands(nativeCommands, say);
  return nativeEngine(flotilla);
}

/**
 * @param {string} host
 * @param {string} name
 * @returns {DemoEngine}
 */
function dockerEngine(host, name) {
  return {
    name,
    address: host.startsWith('tcp:') ? new URL(host).hostname : '127.0.0.1',
    env: { DOCKER_HOST: host, FLOTILLA_RUNTIME: 'docker' },
    load: (image, say) => ensureImage(host, image, say),
    publishedPort: async () => {
      const filter = JSON.stringify({
        label: ['com.docker.compose.project=shop', 'com.docker.compose.service=proxy'],
      });
      const path = `/containers/json?filters=${encodeURIComponent(filter)}`;
      const [proxy] = await callEngine(host, 'GET', path);
      return proxy?.Ports.find((/** @type {any} */ port) => port.PublicPort)?.PublicPort;
    },
  };
}

/**
 * @param {(args: readonly string[], env: Readonly<Record<string, string>>) => Promise<string>} flotilla
 * @returns {DemoEngine}
 */
function nativeEngine(flotilla) {
  const env = { FLOTILLA_RUNTIME: 'native' };
  return {
    name: 'the native engine of Flotilla: there is no Docker here',
    address: '127.0.0.1',
    env,
    load: async (image, say) => flotilla(['image', 'load', '-q', '-i', await imageArchive(image, say)], env),
    publishedPort: async () => {
      const lines = await flotilla(['ps', '--format', 'json', 'proxy'], env).catch(() => '');
      const [line = ''] = lines.split('\n');
      if (line === '') return undefined;
      return JSON.parse(line).Publishers?.find((/** @type {any} */ port) => port.PublishedPort)
        ?.PublishedPort;
    },
  };
}
