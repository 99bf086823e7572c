import type { Platform } from '../../../images/index.ts';

/** Reads `linux/arm/v7`, `arm64` or `linux`, the rest being that of the host; undefined for what names no platform. */
export function parsePlatform(text: string, host: Platform): Platform | undefined {
  const parts = text.toLowerCase().split('/');
  if (parts.some((part) => !/^[a-z0-9_.-]+$/.test(part)) || parts.length > 3) return undefined;
  const [first = '', second, variant] = parts;
  if (second === undefined) return first === host.os ? host : normal({ os: host.os, architecture: first });
  return normal({ os: first, architecture: second, ...(variant === undefined ? {} : { variant }) });
}

/** The one of these platforms that is wanted, or that runs on the wanted one: the index of it. */
export function choosePlatform(
  wanted: Platform,
  offered: readonly (Platform | undefined)[],
): number | undefined {
  const ranks = offered.map((platform) => (platform === undefined ? -1 : rank(wanted, normal(platform))));
  const best = Math.max(-1, ...ranks);
  return best < 0 ? undefined : ranks.indexOf(best);
}

/** Whether an image of a platform is what a container of the wanted one may be made of. */
export function isFor(wanted: string, image: Platform, architecture: string): boolean {
  const platform = parsePlatform(wanted, hostPlatform(architecture));
  return platform !== undefined && choosePlatform(platform, [image]) !== undefined;
}

/** What Node calls the machine's processor, as images do. */
export function hostPlatform(architecture: string): Platform {
  return normal({ os: 'linux', architecture: names[architecture] ?? architecture });
}

const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/** 32-bit ARM runs programs of earlier versions too; the nearest is the best. */
function rank(wanted: Platform, offered: Platform): number {
  if (wanted.os !== offered.os || wanted.architecture !== offered.architecture) return -1;
  if (wanted.variant === offered.variant) return 100;
  if (wanted.architecture === 'arm') {
    const [most, version] = [versionOf(wanted.variant), versionOf(offered.variant)];
    return version <= most ? version : -1;
  }
  // Others have variants only for what a processor can do besides; without one, all of them can run it.
  return offered.variant === undefined ? 50 : -1;
}

function versionOf(variant: string | undefined): number {
  return Number(variant?.replace(/^v/, '') ?? 7) || 0;
}

function normal({ os, architecture, variant }: Platform): Platform {
  const aliases: Readonly<Record<string, string>> = {
    x86_64: 'amd64',
    'x86-64': 'amd64',
    aarch64: 'arm64',
    i386: '386',
    armhf: 'arm',
  };
  const name = aliases[architecture] ?? architecture;
  const isDefault = (name === 'arm64' && variant === 'v8') || (name === 'amd64' && variant === 'v1');
  const kept = isDefault ? undefined : (variant ?? (name === 'arm' ? 'v7' : undefined));
  return { os, architecture: name, ...(kept === undefined ? {} : { variant: kept }) };
}
