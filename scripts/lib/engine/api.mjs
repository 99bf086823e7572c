// @ts-check
import { request } from 'node:http';

/**
 * @typedef {object} ApiOptions
 * @property {unknown} [body] sent as JSON
 * @property {import('node:stream').Readable} [stream] sent as it is, as a tar archive
 * @property {AbortSignal} [signal]
 */

/** The engine answered with an error. */
export class ApiError extends Error {
  /** @override */
  name = 'ApiError';
  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/**
 * One call of the Engine API, for preparation and for assertions. Flotilla's own driver stays out of the way on
 * purpose: what checks a program should not share its mistakes.
 * @param {string} host a DOCKER_HOST of the forms `unix:///path` and `tcp://host:port`
 * @param {string} method
 * @param {string} path with its query
 * @param {ApiOptions} [options]
 * @returns {Promise<any>} the parsed answer; its text when it is not JSON
 * @throws {ApiError} for every status of 400 or above
 */
export function callEngine(host, method, path, options = {}) {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        ...where(host),
        method,
        path,
        agent: false,
        headers: contentType(options),
        ...(options.signal ? { signal: options.signal } : {}),
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.once('error', reject);
        response.once('end', () => {
          const answer = parse(text);
          const status = response.statusCode ?? 0;
          if (status < 400) resolve(answer);
          else reject(new ApiError(`${method} ${path}: ${status} ${answer?.message ?? text}`, status));
        });
      },
    );
    call.once('error', reject);
    if (options.stream) options.stream.once('error', reject).pipe(call);
    else call.end(options.body === undefined ? undefined : JSON.stringify(options.body));
  });
}

/** @param {string} host */
function where(host) {
  if (host.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) };
  if (host.startsWith('tcp://') && !process.env['DOCKER_TLS_VERIFY']) {
    const { hostname, port } = new URL(host);
    return { host: hostname, port: port || 2375 };
  }
  throw new Error(
    `DOCKER_HOST "${host}": the tests and the demo speak to unix:// and plain tcp:// engines only.`,
  );
}

/** @param {ApiOptions} options */
function contentType(options) {
  if (options.stream) return { 'Content-Type': 'application/x-tar' };
  return options.body === undefined ? {} : { 'Content-Type': 'application/json' };
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * @param {string} host
 * @returns {Promise<boolean>} whether an engine answers there within two seconds
 */
export async function answers(host) {
  try {
    await callEngine(host, 'GET', '/_ping', { signal: AbortSignal.timeout(2000) });
    return true;
  } catch {
    return false;
  }
}
