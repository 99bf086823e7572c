import { leastMemory, type ModelPath, memoryOf, type Project, type Service } from '../../compose/index.ts';
import { suggest } from '../../core/suggest.ts';
import { quote } from '../../core/text.ts';
import { type Finding, pathText } from './finding.ts';
import { capabilities, isSignal, logDrivers, networkDrivers, signals } from './known-words.ts';

/**
 * Values that any text may be as far as the file is concerned, and that an engine refuses when it is too late: after
 * images were pulled and networks made.
 */
export function refusedValues(project: Project): readonly Finding[] {
  return [
    ...[...project.services.values()].flatMap((service) => [
      ...restart(service),
      ...stopSignal(service),
      ...ipcMode(service),
      ...misspeltCapabilities(service),
      ...mountTargets(service),
      ...memory(service),
      ...logDriver(service),
    ]),
    ...drivers(project),
  ];
}

const policies = ['no', 'always', 'on-failure', 'unless-stopped'];

/** As docker compose reads it: retries that are no number count as none. */
function restart({ name, restart: policy, deploy }: Service): readonly Finding[] {
  if (policy === undefined || policy === '' || deploy?.restart_policy !== undefined) return [];
  const [word = '', retries = ''] = policy.split(':');
  const counts = /^\d+$/.test(retries) && Number(retries) > 0;
  if (policies.includes(word) && (word === 'on-failure' || !counts)) return [];
  return [
    {
      code: 'compose.invalid-value',
      path: ['services', name, 'restart'],
      message: `services.${name}.restart: ${quote(policy)} is no restart policy`,
      hint: policies.includes(word)
        ? 'Only "on-failure" takes a number of retries, as in "on-failure:3".'
        : meant(word, policies, 'Write "no", "always", "on-failure" or "unless-stopped".'),
    },
  ];
}

function stopSignal({ name, stop_signal: signal }: Service): readonly Finding[] {
  if (signal === undefined || isSignal(signal)) return [];
  return [
    {
      code: 'compose.invalid-value',
      path: ['services', name, 'stop_signal'],
      message: `services.${name}.stop_signal: ${quote(signal)} is no signal`,
      hint: meant(
        signal,
        signals.map((word) => `SIG${word}`),
        'Write a name such as SIGTERM, SIGINT or SIGQUIT, or a number.',
      ),
    },
  ];
}

/** Engines look at the mode of `ipc` only, and take any text for those of other namespaces. */
function ipcMode({ name, ipc }: Service): readonly Finding[] {
  const known = ['none', 'private', 'shareable', 'host'];
  if (ipc === undefined || ipc === '' || known.includes(ipc) || /^(?:container|service):./.test(ipc))
    return [];
  return [
    {
      code: 'compose.invalid-value',
      path: ['services', name, 'ipc'],
      message: `services.${name}.ipc: there is no mode ${quote(ipc)}`,
      hint: meant(ipc, known, `Write ${known.map(quote).join(', ')}, "service:NAME" or "container:NAME".`),
    },
  ];
}

/** Kernels learn new capabilities, so that only a word close to a known one is a mistake for sure. */
function misspeltCapabilities(service: Service): readonly Finding[] {
  return (['cap_add', 'cap_drop'] as const).flatMap((key) =>
    (service[key] ?? []).flatMap((capability, index) => {
      const word = capability.toUpperCase().replace(/^CAP_/, '');
      const [near] = capabilities.includes(word) ? [] : suggest(word, capabilities);
      if (near === undefined) return [];
      return [
        {
          code: 'compose.invalid-value' as const,
          path: ['services', service.name, key, index],
          message: `services.${service.name}.${key}[${index}]: there is no capability ${quote(capability)}`,
          hint: `Did you mean ${quote(near)}?`,
        },
      ];
    }),
  );
}

function mountTargets({ name, volumes = [] }: Service): readonly Finding[] {
  return volumes.flatMap(({ target = '' }, index) => {
    if (target !== '/' && (target === '' || target.startsWith('/') || /^[A-Za-z]:[\\/]/.test(target)))
      return [];
    const root = target === '/';
    return [
      {
        code: 'compose.invalid-value' as const,
        path: ['services', name, 'volumes', index],
        message: root
          ? `services.${name}.volumes[${index}]: a mount cannot take the place of the container's whole file system`
          : `services.${name}.volumes[${index}]: ${quote(target)} is no absolute path in the container`,
        hint: root
          ? 'Mount to a folder below "/".'
          : `Begin it with a slash: ${quote(`/${target.replace(/^(?:\.?\/)+/, '')}`)}.`,
      },
    ];
  });
}

function memory(service: Service): readonly Finding[] {
  const { name } = service;
  const { limit, reservation } = memoryOf(service);
  const swap = service.memswap_limit ?? 0;
  const swappiness = service.mem_swappiness;
  const finding = (place: ModelPath, what: string, hint: string): Finding => {
    const path = ['services', name, ...place];
    return { code: 'compose.invalid-value', path, message: `${pathText(path)}: ${what}`, hint };
  };
  return [
    ...(limit !== undefined && limit.bytes < leastMemory
      ? [finding(limit.place, 'engines give no container less than 6 MiB of memory', 'Write 6m or more.')]
      : []),
    ...(limit !== undefined && reservation !== undefined && reservation.bytes > limit.bytes
      ? [
          finding(
            reservation.place,
            'more is reserved than the limit allows',
            'Reserve less, or raise the limit.',
          ),
        ]
      : []),
    ...(swap > 0 && limit === undefined
      ? [finding(['memswap_limit'], 'a limit of swap needs a limit of memory', 'Set mem_limit, too.')]
      : []),
    ...(swap > 0 && limit !== undefined && swap < limit.bytes
      ? [
          finding(
            ['memswap_limit'],
            'it counts memory and swap together, and is less than the memory alone',
            'Write the sum of both, or -1 for any amount of swap.',
          ),
        ]
      : []),
    ...(swappiness !== undefined && (swappiness < -1 || swappiness > 100)
      ? [finding(['mem_swappiness'], `${swappiness} is out of range`, 'Write a number from 0 to 100.')]
      : []),
  ];
}

function logDriver({ name, logging }: Service): readonly Finding[] {
  return misspeltDriver(['services', name, 'logging', 'driver'], logging?.driver, logDrivers);
}

function drivers(project: Project): readonly Finding[] {
  return [
    ...[...project.networks].flatMap(([key, { driver, external }]) =>
      external === true ? [] : misspeltDriver(['networks', key, 'driver'], driver, networkDrivers),
    ),
    ...[...project.volumes].flatMap(([key, { driver, external }]) =>
      external === true ? [] : misspeltDriver(['volumes', key, 'driver'], driver, ['local']),
    ),
  ];
}

/** A plugin can have any name; one that is nearly a driver's of every engine is a mistake. */
function misspeltDriver(
  path: Finding['path'],
  driver: string | undefined,
  known: readonly string[],
): readonly Finding[] {
  if (driver === undefined || known.includes(driver) || !/^[a-z-]+$/i.test(driver)) return [];
  const [near] = suggest(driver, known);
  return near === undefined
    ? []
    : [
        {
          code: 'compose.invalid-value',
          path,
          message: `${path.join('.')}: there is no driver ${quote(driver)}`,
          hint: `Did you mean ${quote(near)}?`,
        },
      ];
}

function meant(word: string, known: readonly string[], otherwise: string): string {
  const [near] = suggest(word, known, 1);
  return near === undefined ? otherwise : `Did you mean ${quote(near)}? ${otherwise}`;
}
