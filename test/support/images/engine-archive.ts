import { createWriteStream } from 'node:fs';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { callEngine } from '../../../scripts/lib/engine/api.mjs';

/** What `docker save` (`/images/get?names=…`) or `docker export` (`/containers/ID/export`) writes, into a file. */
export async function fetchArchive(host: string, path: string, target: string): Promise<void> {
  const url = new URL(host);
  const where =
    url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port };
  await new Promise<void>((resolve, reject) => {
    const call = request({ ...where, path, agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`));
      pipeline(response, createWriteStream(target)).then(resolve, reject);
    });
    call.once('error', reject).end();
  });
}

/** `docker load` */
export async function loadIntoEngine(host: string, archive: AsyncIterable<Uint8Array>): Promise<string> {
  const answer = await callEngine(host, 'POST', '/images/load?quiet=1', { stream: Readable.from(archive) });
  return JSON.stringify(answer);
}

/** `docker push`, as nobody; resolves to what the engine says. */
export async function pushFromEngine(host: string, name: string, tag: string): Promise<string> {
  const url = new URL(host);
  const where =
    url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port };
  const headers = { 'X-Registry-Auth': Buffer.from('{}').toString('base64') };
  return new Promise((resolve, reject) => {
    const path = `/images/${name}/push?tag=${tag}`;
    const call = request({ ...where, path, method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.once('end', () => resolve(text));
    });
    call.once('error', reject).end();
  });
}
