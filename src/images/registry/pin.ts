import type { LoadResult, Project, Service } from '../../compose/index.ts';
import type { Diagnostic, SourceRange } from '../../core/diagnostic.ts';
import { FlotillaError } from '../../core/error.ts';
import type { Encoded } from '../../core/go-json.ts';
import { serviceName } from '../../core/ids.ts';
import type { Registry } from './client.ts';
import { formatReference, parseReference } from './reference.ts';

export interface PinnedProject {
  readonly project: Project;
  /** Images whose digest cannot be found; they are as before in the project. */
  readonly diagnostics: readonly Diagnostic[];
}

/** How many registries or images are asked at a time. */
const lanes = 8;

/** Names every image, also those that are mounted, by the digest that its tag stands for now. */
export async function pinImages(
  project: Project,
  locate: LoadResult['locate'],
  registry: Registry,
  signal?: AbortSignal,
): Promise<PinnedProject> {
  const uses = [...project.services.values()].flatMap(imagesOf);
  const pins = await pinAll(uses, registry, signal);
  const services = [...project.services.values()].map((service) => withImages(service, pins));
  return {
    project: {
      ...project,
      services: new Map(services.map((service) => [serviceName(service.name), service])),
    },
    diagnostics: uses.flatMap(({ text, path }) => failureOf(text, path, pins, locate(path))),
  };
}

/** The same for a model that was not bound to types, whose variables are as they were written. */
export async function pinModel(
  model: Encoded,
  registry: Registry,
  signal?: AbortSignal,
): Promise<{ readonly model: Encoded; readonly diagnostics: readonly Diagnostic[] }> {
  const uses = [...entriesOf(entriesOf(model).get('services'))].flatMap(([name, service]) => {
    const text = entriesOf(service).get('image');
    return typeof text === 'string' ? [{ text, path: ['services', name, 'image'] }] : [];
  });
  const pins = await pinAll(uses, registry, signal);
  return {
    model: changeServices(model, (service) =>
      changeEntry(service, 'image', (image) => (typeof image === 'string' ? pinned(image, pins) : image)),
    ),
    diagnostics: uses.flatMap(({ text, path }) => failureOf(text, path, pins, undefined)),
  };
}

/** Nothing but the images of a project: an override file that keeps them as they are. */
export function onlyImages(project: Project): Project {
  const services = [...project.services.values()].map(({ name, image, volumes }): Service => {
    const mounted = (volumes ?? []).filter((mount) => mount.type === 'image');
    return {
      name,
      command: null,
      entrypoint: null,
      ...(image === undefined ? {} : { image }),
      ...(mounted.length === 0 ? {} : { volumes: mounted }),
    };
  });
  return {
    ...project,
    // What is to be laid on the project has no name of its own.
    name: '' as Project['name'],
    services: new Map(services.map((service) => [serviceName(service.name), service])),
    networks: new Map(),
    volumes: new Map(),
    secrets: new Map(),
    configs: new Map(),
    models: new Map(),
    extensions: new Map(),
  };
}

/** `onlyImages` of a model that was not bound to types. */
export function onlyImagesOfModel(model: Encoded): Encoded {
  const services = entriesOf(model).get('services') ?? new Map();
  return changeServices(new Map([['services', services]]), (service) => {
    const image = entriesOf(service).get('image');
    return image === undefined ? new Map() : new Map([['image', image]]);
  });
}

interface ImageUse {
  readonly text: string;
  readonly path: readonly (string | number)[];
}

function imagesOf({ name, image, volumes }: Service): readonly ImageUse[] {
  const mounted = (volumes ?? []).flatMap(({ type, source }, index) =>
    type === 'image' && source !== undefined
      ? [{ text: source, path: ['services', name, 'volumes', index, 'source'] }]
      : [],
  );
  return image === undefined ? mounted : [{ text: image, path: ['services', name, 'image'] }, ...mounted];
}

function withImages(service: Service, pins: Pins): Service {
  const { image, volumes } = service;
  return {
    ...service,
    ...(image === undefined ? {} : { image: pinned(image, pins) }),
    ...(volumes === undefined
      ? {}
      : {
          volumes: volumes.map((mount) =>
            mount.type === 'image' && mount.source !== undefined
              ? { ...mount, source: pinned(mount.source, pins) }
              : mount,
          ),
        }),
  };
}

/** Each text with its pinned form, or with what is in the way. */
type Pins = ReadonlyMap<string, string | FlotillaError>;

function pinned(text: string, pins: Pins): string {
  const pin = pins.get(text);
  return typeof pin === 'string' ? pin : text;
}

function failureOf(
  text: string,
  path: ImageUse['path'],
  pins: Pins,
  at: SourceRange | undefined,
): readonly Diagnostic[] {
  const pin = pins.get(text);
  if (!(pin instanceof FlotillaError)) return [];
  return [
    {
      severity: 'error',
      code: pin.code,
      message: `failed to resolve digest for ${text}: ${pin.message}`,
      path: path.join('.'),
      ...(pin.hint === undefined ? {} : { hint: pin.hint }),
      ...(at === undefined ? {} : { at }),
    },
  ];
}

async function pinAll(
  uses: readonly ImageUse[],
  registry: Registry,
  signal: AbortSignal | undefined,
): Promise<Pins> {
  const pins = new Map<string, string | FlotillaError>();
  const waiting = new Set(uses.map(({ text }) => text)).values();
  const work = async () => {
    for (const text of waiting) pins.set(text, await pinOne(text, registry, signal));
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return pins;
}

async function pinOne(
  text: string,
  registry: Registry,
  signal: AbortSignal | undefined,
): Promise<string | FlotillaError> {
  try {
    const reference = parseReference(text);
    if (reference.digest !== undefined) return formatReference(reference);
    return formatReference({ ...reference, digest: await registry.digest(reference, signal) });
  } catch (thrown) {
    if (thrown instanceof FlotillaError) return thrown;
    throw thrown;
  }
}

function changeServices(model: Encoded, change: (service: Encoded) => Encoded): Encoded {
  return changeEntry(
    model,
    'services',
    (services) => new Map([...entriesOf(services)].map(([name, service]) => [name, change(service)])),
  );
}

function changeEntry(value: Encoded, key: string, change: (value: Encoded) => Encoded): Encoded {
  const entries = new Map(entriesOf(value));
  const entry = entries.get(key);
  if (entry !== undefined) entries.set(key, change(entry));
  return entries;
}

function entriesOf(value: Encoded | undefined): ReadonlyMap<string, Encoded> {
  return value instanceof Map ? (value as ReadonlyMap<string, Encoded>) : new Map();
}
