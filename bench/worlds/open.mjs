// @ts-check
import { join } from 'node:path';
import { startEngine, stopEngine } from '../../scripts/lib/engine/start.mjs';
import { ensureImage } from '../../scripts/lib/images/ensure.mjs';
import { dockerWorld } from './docker.mjs';
import { floorWorld } from './floor.mjs';
import { nativeWorld } from './native.mjs';

/**
 * @typedef {import('./world.mjs').World} World
 * @typedef {import('../tools/tool.mjs').Tool['world']} WorldName
 */

/**
 * The worlds that tools need, made when they are asked for, with the image that all stacks use.
 * @param {{ folder: string, program: string, say: (line: string) => void }} options the workspace, and flotilla
 */
export function openWorlds({ folder, program, say }) {
  /** @type {Partial<Record<WorldName, World>>} */
  const all = {};
  /** @type {(() => Promise<void>)[]} */
  const closing = [];
  const add = (/** @type {WorldName} */ name, /** @type {World} */ world) => {
    all[name] = world;
    closing.unshift(world.close);
  };
  return {
    all,
    /** @param {readonly WorldName[]} wanted */
    async open(wanted) {
      if (wanted.includes('docker')) {
        const engine = await startEngine({ network: 'private', life: 'tied', say });
        closing.unshift(() => stopEngine(engine.folder));
        await ensureImage(engine.host, 'busybox', say);
        add('docker', dockerWorld(engine.host));
      }
      if (!wanted.includes('native') && !wanted.includes('floor')) return;
      const native = await nativeWorld(program, say);
      add('native', native);
      if (wanted.includes('floor')) {
        add('floor', await floorWorld({ program, native, folder: join(folder, 'wide-1') }));
      }
    },
    async close() {
      for (const close of closing) await close();
    },
  };
}
