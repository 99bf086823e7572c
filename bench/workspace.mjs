// @ts-check
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stacks, startCases } from './cases.mjs';
import { composeFile, engineRequests, floorLines, largeComposeFile } from './stack.mjs';

/**
 * A folder in memory with one folder per stack, those for start-up, and an empty home.
 * @param {string} image that all stacks use
 * @returns {string}
 */
export function makeWorkspace(image) {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'flotilla-bench-'));
  const write = (/** @type {string} */ path, /** @type {string} */ text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  mkdirSync(join(folder, 'home'));
  for (const services of new Set(startCases.map((entry) => entry.services))) {
    write(`services-${services}/compose.yaml`, largeComposeFile(services));
  }
  for (const stack of stacks) {
    write(`${stack.name}/compose.yaml`, composeFile(stack, image));
    write(`${stack.name}/requests.json`, JSON.stringify(engineRequests(stack, image)));
    write(`${stack.name}/floor.txt`, floorLines(stack));
  }
  return folder;
}

/**
 * The same for all tools, with nothing of the user's own settings; above all without NODE_EXTRA_CA_CERTS and
 * NODE_OPTIONS, which slow down every start of Node.
 * @param {string} folder the workspace
 * @returns {Readonly<Record<string, string>>}
 */
export function environment(folder) {
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  return { PATH: path, HOME: join(folder, 'home'), LANG: 'C.UTF-8' };
}
