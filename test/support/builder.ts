import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCommands } from '../../scripts/lib/packages.mjs';
import { dockerPlugin } from '../../scripts/lib/reference.mjs';

/** Sees to it that there is a builder; puts docker's into a folder that DOCKER_CONFIG is to name. */
export async function provideBuilder(runtime: 'docker' | 'native', config: string): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  if (runtime === 'native') await ensureCommands({ buildah: 'buildah' }, say);
  mkdirSync(join(config, 'cli-plugins'), { recursive: true });
  symlinkSync(await dockerPlugin('docker-buildx', say), join(config, 'cli-plugins/docker-buildx'));
}
