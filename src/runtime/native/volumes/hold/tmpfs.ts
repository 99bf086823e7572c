import type { TmpfsMount } from '../../../../volumes/index.ts';
import { refuse } from '../../oci/index.ts';
import type { HeldMount } from '../../parts.ts';

/** What a container should not find in memory unless it asks for it. */
const usual = ['noexec', 'nosuid', 'nodev'];
const flags = new Set(
  'ro rw exec noexec suid nosuid dev nodev sync async dirsync atime noatime diratime nodiratime relatime norelatime strictatime nostrictatime'.split(
    ' ',
  ),
);
const settings = new Set(['size', 'mode', 'uid', 'gid', 'nr_inodes', 'nr_blocks', 'mpol']);

/** `tmpfs: /run:size=64m,exec`, and the long form; what is said replaces its opposite. */
export function holdTmpfs(spec: TmpfsMount): HeldMount {
  const { target, readOnly } = spec;
  const said = [
    ...(spec.options ?? '').split(',').filter((option) => option !== ''),
    ...(spec.size === undefined ? [] : [`size=${spec.size}`]),
    ...(spec.mode === undefined ? [] : [`mode=${spec.mode.toString(8)}`]),
    ...(readOnly ? ['ro'] : []),
  ];
  for (const option of said) checkOption(target, option);
  const chosen = new Map<string, string>();
  for (const option of [...usual, ...said]) chosen.set(subjectOf(option), option);
  return {
    oci: { destination: target, type: 'tmpfs', source: 'tmpfs', options: [...chosen.values()] },
    observed: { kind: 'tmpfs', target },
    readOnly: chosen.get('rw') === 'ro',
    anonymous: false,
  };
}

function checkOption(target: string, option: string): void {
  const [key = '', value] = option.split('=', 2);
  if (value === undefined ? flags.has(key) : settings.has(key)) return;
  throw refuse(`tmpfs ${JSON.stringify(target)}`, `${JSON.stringify(option)} is no option of a tmpfs`);
}

/** What an option is about: of those about one thing the last one counts. */
function subjectOf(option: string): string {
  const key = option.split('=', 1)[0] ?? '';
  if (key === 'ro' || key === 'rw') return 'rw';
  return key.startsWith('no') ? key.slice(2) : key;
}
