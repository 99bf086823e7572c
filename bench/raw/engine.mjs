// @ts-check
import { Agent, request } from 'node:http';

/**
 * As little as it takes to speak to an engine on a unix socket.
 * @param {string} host `unix:///path`
 */
export function openEngine(host) {
  const socketPath = host.replace(/^unix:\/\//, '');
  const agent = new Agent({ keepAlive: true });
  /** @type {import('node:http').ClientRequest[]} */
  const subscriptions = [];

  return {
    /**
     * @param {string} method
     * @param {string} path
     * @param {unknown} [body]
     * @returns {Promise<any>} the parsed answer
     */
    call(method, path, body) {
      return new Promise((resolve, reject) => {
        const text = body === undefined ? '' : JSON.stringify(body);
        const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
        const call = request({ socketPath, method, path, agent, headers }, (response) => {
          let answer = '';
          response.setEncoding('utf8').on('data', (chunk) => {
            answer += chunk;
          });
          response.on('end', () => {
            if ((response.statusCode ?? 0) < 400) resolve(answer === '' ? undefined : JSON.parse(answer));
            else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer}`));
          });
        });
        call.on('error', reject).end(text);
      });
    },

    /**
     * Resolves once the engine has begun to answer.
     * @param {string} path
     * @param {(event: any) => void} listener
     * @returns {Promise<void>}
     */
    subscribe(path, listener) {
      return new Promise((resolve, reject) => {
        const call = request({ socketPath, path, agent: false }, (response) => {
          let rest = '';
          response.setEncoding('utf8').on('data', (chunk) => {
            const lines = (rest + chunk).split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines) if (line !== '') listener(JSON.parse(line));
          });
          response.on('error', () => {});
          resolve();
        });
        subscriptions.push(call);
        call.on('error', reject).end();
      });
    },

    /** Ends what would keep the process alive. */
    close() {
      for (const subscription of subscriptions) subscription.destroy();
      agent.destroy();
    },
  };
}
