import { engineNameRule, isEngineName } from '../../core/engine-name.ts';
import { isImageReference } from '../../core/image-reference.ts';
import { suggest } from '../../core/suggest.ts';
import { quote } from '../../core/text.ts';
import { ownSettings } from '../extension/settings.ts';
import { memoryOf } from '../memory-limits.ts';
import type { ModelPath, Project, Service } from '../project.ts';
import { formatPath } from '../tree/path.ts';
import { capabilities, isSignal, logDrivers, networkDrivers, signals } from './known-words.ts';
import type { Refused, RefusedIn } from './refused.ts';

/** Words that mean nothing to an engine. */
export function refusedWords(project: RefusedIn): readonly Refused[] {
  return [
    ...project.services.flatMap((service) => [
      ...image(service),
      ...containerName(service),
      ...hostname(service),
      ...restart(service),
      ...stopSignal(service),
      ...reloadSignal(service.extensions, ['services', service.name]),
      ...ipcMode(service),
      ...misspeltCapabilities(service),
      ...mountTargets(service),
      ...swap(service),
      ...logDriver(service),
    ]),
    ...reloadSignal(project.extensions, []),
    ...drivers(project),
  ];
}

function image({ name, image: text }: Service): readonly Refused[] {
  if (text === undefined || isImageReference(text)) return [];
  const lower = text.replace(/^[^:@]+/, (start) => start.toLowerCase());
  return [
    {
      path: ['services', name, 'image'],
      message: `services.${name}: ${quote(text)} is not an image reference`,
      hint: isImageReference(lower)
        ? `Names of images are in lower case: ${quote(lower)}.`
        : 'Write it as [HOST[:PORT]/]NAME[:TAG][@DIGEST], the name in lower case.',
    },
  ];
}

/** The engines' rule; docker compose's schema, and so ours, looks for such a word anywhere in the name. */
function containerName({ name, container_name: own }: Service): readonly Refused[] {
  if (own === undefined || own === '' || isEngineName(own)) return [];
  return [
    {
      path: ['services', name, 'container_name'],
      message: `services.${name}.container_name: ${quote(own)} cannot be the name of a container`,
      hint: engineNameRule,
    },
  ];
}

/** Linux has room for so many bytes; otherwise engines take any text. */
const longestHostname = 64;

function hostname({ name, hostname: own = '' }: Service): readonly Refused[] {
  const length = Buffer.byteLength(own);
  if (length <= longestHostname) return [];
  return [
    {
      path: ['services', name, 'hostname'],
      message: `services.${name}.hostname: a name of ${length} bytes is too long`,
      hint: `Linux takes ${longestHostname} at most.`,
    },
  ];
}

const policies = ['no', 'always', 'on-failure', 'unless-stopped'];

/** As docker compose reads it: retries that are no number count as none. */
function restart({ name, restart: policy, deploy }: Service): readonly Refused[] {
  if (policy === undefined || policy === '' || deploy?.restart_policy !== undefined) return [];
  const [word = '', retries = ''] = policy.split(':');
  const counts = /^\d+$/.test(retries) && Number(retries) > 0;
  if (policies.includes(word) && (word === 'on-failure' || !counts)) return [];
  return [
    {
      path: ['services', name, 'restart'],
      message: `services.${name}.restart: ${quote(policy)} is no restart policy`,
      hint: policies.includes(word)
        ? 'Only "on-failure" takes a number of retries, as in "on-failure:3".'
        : meant(word, policies, 'Write "no", "always", "on-failure" or "unless-stopped".'),
    },
  ];
}

function stopSignal({ name, stop_signal: signal }: Service): readonly Refused[] {
  return noSignal(signal, ['services', name, 'stop_signal']);
}

function reloadSignal(extensions: Project['extensions'] | undefined, owner: ModelPath): readonly Refused[] {
  return noSignal(ownSettings(extensions).reload_signal ?? undefined, [
    ...owner,
    'x-flotilla',
    'reload_signal',
  ]);
}

function noSignal(signal: string | undefined, path: ModelPath): readonly Refused[] {
  if (signal === undefined || isSignal(signal)) return [];
  return [
    {
      path,
      message: `${formatPath(path)}: ${quote(signal)} is no signal`,
      hint: meant(
        signal,
        signals.map((word) => `SIG${word}`),
        'Write a name such as SIGTERM, SIGINT or SIGQUIT, or a number.',
      ),
    },
  ];
}

/** Engines look at the mode of `ipc` only, and take any text for those of other namespaces. */
function ipcMode({ name, ipc }: Service): readonly Refused[] {
  const known = ['none', 'private', 'shareable', 'host'];
  if (ipc === undefined || ipc === '' || known.includes(ipc) || /^(?:container|service):./.test(ipc))
    return [];
  return [
    {
      path: ['services', name, 'ipc'],
      message: `services.${name}.ipc: there is no mode ${quote(ipc)}`,
      hint: meant(ipc, known, `Write ${known.map(quote).join(', ')}, "service:NAME" or "container:NAME".`),
    },
  ];
}

/** Kernels learn new capabilities, so that only a word close to a known one is a mistake for sure. */
function misspeltCapabilities(service: Service): readonly Refused[] {
  return (['cap_add', 'cap_drop'] as const).flatMap((key) =>
    (service[key] ?? []).flatMap((capability, index) => {
      const word = capability.toUpperCase().replace(/^CAP_/, '');
      const [near] = capabilities.includes(word) ? [] : suggest(word, capabilities);
      if (near === undefined) return [];
      return [
        {
          path: ['services', service.name, key, index],
          message: `services.${service.name}.${key}[${index}]: there is no capability ${quote(capability)}`,
          hint: `Did you mean ${quote(near)}?`,
        },
      ];
    }),
  );
}

function mountTargets({ name, platform = '', volumes = [] }: Service): readonly Refused[] {
  return volumes.flatMap(({ target = '' }, index) => {
    const onWindows = /^[A-Za-z]:[\\/]/.test(target);
    if (target === '' || (onWindows && platform.startsWith('windows'))) return [];
    if (target !== '/' && target.startsWith('/')) return [];
    const root = target === '/';
    if (onWindows) {
      return [
        {
          path: ['services', name, 'volumes', index],
          message: `services.${name}.volumes[${index}]: ${quote(target)} is a path on Windows, not in a container of Linux`,
          hint: 'If its first letter is meant as the name of a volume, give that a name of two letters or more.',
        },
      ];
    }
    return [
      {
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

/** The amounts themselves have rules of their own, here and in `lint`. */
function swap(service: Service): readonly Refused[] {
  const { name } = service;
  const { limit } = memoryOf(service);
  const total = service.memswap_limit ?? 0;
  const swappiness = service.mem_swappiness;
  const refused = (key: string, what: string, hint: string): Refused => {
    const path = ['services', name, key];
    return { path, message: `${formatPath(path)}: ${what}`, hint };
  };
  return [
    ...(total > 0 && limit === undefined
      ? [refused('memswap_limit', 'a limit of swap needs a limit of memory', 'Set mem_limit, too.')]
      : []),
    ...(total > 0 && limit !== undefined && total < limit.bytes
      ? [
          refused(
            'memswap_limit',
            'it counts memory and swap together, and is less than the memory alone',
            'Write the sum of both, or -1 for any amount of swap.',
          ),
        ]
      : []),
    ...(swappiness !== undefined && (swappiness < -1 || swappiness > 100)
      ? [refused('mem_swappiness', `${swappiness} is out of range`, 'Write a number from 0 to 100.')]
      : []),
  ];
}

function logDriver({ name, logging }: Service): readonly Refused[] {
  return misspeltDriver(['services', name, 'logging', 'driver'], logging?.driver, logDrivers);
}

function drivers(project: RefusedIn): readonly Refused[] {
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
  path: Refused['path'],
  driver: string | undefined,
  known: readonly string[],
): readonly Refused[] {
  if (driver === undefined || known.includes(driver) || !/^[a-z-]+$/i.test(driver)) return [];
  const [near] = suggest(driver, known);
  return near === undefined
    ? []
    : [
        {
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
