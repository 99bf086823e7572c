import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { arch, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { type ImageName, imageArchive, imageReference } from '../../scripts/lib/images/ensure.mjs';
import { type Driver, systemClock } from '../../src/runtime/index.ts';
import { openImages } from '../../src/runtime/native/images/index.ts';
import { connectNative } from '../../src/runtime/native/index.ts';
import { openRoot } from '../../src/runtime/native/root.ts';
import { isMounted } from '../../src/runtime/native/system/is-mounted.ts';
import { loadLibc } from '../../src/runtime/native/system/libc.ts';
import { countSupervisors } from './native-traces.ts';

/** A native engine in a folder of its own. */
export interface NativeEngine {
  /** For the environment of commands: FLOTILLA_ROOT. */
  readonly root: string;
  connect(): Promise<Driver>;
  /** Resolves to the image's reference once the engine has it. */
  image(name: ImageName): Promise<string>;
  /** Takes away all that the engine keeps; its containers and networks have to be gone by then. */
  remove(): Promise<void>;
}

const supervisor = fileURLToPath(new URL('../../dist/supervisor.cjs', import.meta.url));

/** In a new folder unless one is given. */
export function nativeEngine(folder?: string): NativeEngine {
  let driver: Promise<Driver> | undefined;
  const root = folder ?? mkdtempSync(join(tmpdir(), 'flotilla-native-'));
  const environment = { PATH: process.env['PATH'], FLOTILLA_ROOT: root };
  return {
    root,
    connect: () => {
      driver ??= connectNative({
        environment,
        home: homedir(),
        files: { readText: (path) => readFile(path, 'utf8') },
        now: () => Date.now(),
        supervisor: [process.execPath, supervisor],
      });
      return driver;
    },
    image: async (name) => {
      const libc = await loadLibc();
      const images = openImages({
        root: openRoot({ environment, libc }),
        libc,
        environment,
        architecture: arch(),
        clock: systemClock,
      });
      const path = await imageArchive(name, (line) => process.stderr.write(`  ${line}\n`));
      await images.load({ kind: 'path', path });
      return imageReference(name);
    },
    remove: async () => {
      // One that is only beginning would make the root anew.
      await vi.waitUntil(() => countSupervisors(root) === 0, { timeout: 8000 });
      // Empty control groups, for one.
      await (await driver)?.housekeeping.leftovers?.mend();
      const libc = await loadLibc();
      // Where temporary files are in memory, the engine mounts nothing there.
      if (isMounted(join(root, 'run'))) libc.unmount(join(root, 'run'), 2);
      rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}
