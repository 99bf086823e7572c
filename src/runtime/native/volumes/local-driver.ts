import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import { cannotHonour, mountPoints, refuse } from '../oci/index.ts';
import type { HostMount } from '../parts.ts';
import type { VolumePlaces, VolumeRecord } from './record.ts';

const known = ['type', 'o', 'device'];

/** Throws for a driver that the engine has not, and for options that `local` does not take; `field` is for messages. */
export function checkDriver(field: string, driver: string, options: Readonly<Record<string, string>>): void {
  if (!['', 'local'].includes(driver)) {
    throw cannotHonour(`${field}.driver`, `it has no volume driver ${quote(driver)}, only "local"`);
  }
  if (options['size'] !== undefined) {
    throw cannotHonour(`${field}.driver_opts.size`, 'its file systems have no quotas');
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw refuse(
      `${field}.driver_opts`,
      `the local driver has no option ${quote(unknown)}`,
      `It has ${known.join(', ')}.`,
    );
  }
  if (Object.keys(options).length === 0) return;
  const missing = ['type', 'device'].find((key) => !options[key]);
  if (missing !== undefined) {
    throw refuse(
      `${field}.driver_opts`,
      `the option ${quote(missing)} is missing`,
      'Give type and device, and o if needed.',
    );
  }
}

/** The mount that a volume with options is; undefined for a plain folder. */
export function driverMount(record: VolumeRecord, { data }: VolumePlaces): HostMount | undefined {
  const { type = '', device = '', o = '' } = record.driverOptions;
  if (type === '') return undefined;
  return { kind: 'volume', volume: record.name, target: data, type, device, options: o };
}

/** Mounts what mount(8) knows how to: helpers for network file systems included. */
export async function mountVolume(mount: HostMount & { readonly kind: 'volume' }): Promise<void> {
  const { type, device, options, target, volume } = mount;
  const words = ['-t', type, ...(options === '' ? [] : ['-o', options]), device, target];
  const { code, said } = await run('mount', words);
  if (code === 0) return;
  throw new FlotillaError(
    'engine.request',
    `cannot mount volume ${quote(volume)} (type ${quote(type)}, device ${quote(device)}): ${said.trim() || `mount ended with ${code}`}`,
    {
      hint: `Check driver_opts of the volume. The definition of an existing volume does not change: remove it first.`,
    },
  );
}

/** Whether something is mounted at that very path. */
export function isMountPoint(path: string): boolean {
  return mountPoints(readFileSync('/proc/self/mountinfo', 'utf8')).some((point) => point.path === path);
}

function run(
  program: string,
  words: readonly string[],
): Promise<{ readonly code: number; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, said }));
  });
}
