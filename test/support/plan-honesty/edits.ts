import { images } from '../engine.ts';
import type { Random } from '../random.ts';

/** A Compose file as it stands in JSON, which is YAML too. */
export interface EditableFile {
  readonly services: Readonly<Record<string, EditableService>>;
  readonly networks: Readonly<Record<string, EditableResource>>;
  readonly volumes: Readonly<Record<string, EditableResource>>;
  readonly configs: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly models: Readonly<Record<string, unknown>>;
}

/** What the secret of a file is in, which is to be in the environment. */
export const secretVariables = { TOKEN0: 'a', TOKEN1: 'b', TOKEN2: 'c' };

type EditableService = Readonly<Record<string, unknown>>;
type EditableResource = { readonly labels?: Readonly<Record<string, string>> };

export function firstFile(ports: number): EditableFile {
  return consistent({
    services: {
      a: { ...base, volumes: ['data:/data'], healthcheck: probe },
      b: { ...base, ports: [`${ports}:80`], depends_on: { a: { condition: 'service_healthy' } } },
      c: { ...base, networks: { default: null, back: null } },
      p: provider,
    },
    networks: { default: {}, back: {} },
    volumes: { data: {}, cache: {} },
    configs: { site: { content: '0' } },
    secrets: { token: { environment: 'TOKEN0' } },
    models: { llm: { model: 'ai/small' } },
  });
}

/** The file after one or two changes, as people make them. `ports` is the first of five that only this file uses. */
export function edited(random: Random, file: EditableFile, ports: number): EditableFile {
  let next = file;
  for (let count = 1 + random.below(2); count > 0; count -= 1) {
    next = random.pick(edits)(random, next, ports);
  }
  return consistent(next);
}

const base = { image: images.busybox, init: true, command: 'sleep 1000' };
/** What depends on it does so from its beginning: nobody knows beforehand what a provider will say. */
const provider = { provider: { type: 'cloud' } };
const dependentsOfProvider: readonly string[] = ['c', 'd'];
const probe = { test: 'true', interval: '100ms' };
const names = ['a', 'b', 'c', 'd', 'e'] as const;

const hooks = ['pre_start', 'post_start', 'pre_stop'] as const;
/** One that `sleep` takes no notice of. */
const reload = { on_content_change: 'signal', reload_signal: 'SIGWINCH' };
const policies = [undefined, reload, { on_content_change: 'restart' }, { on_content_change: 'ignore' }];

/** Each hook runs a command of its own, so that they can be told from one another. */
function commands(hook: string, count: number): readonly unknown[] | undefined {
  if (count === 0) return undefined;
  return Array.from({ length: count }, (_, index) => ({ command: ['true', hook, `${index}`] }));
}

type Edit = (random: Random, file: EditableFile, ports: number) => EditableFile;

const edits: readonly Edit[] = [
  onService((random) => ({ environment: { LEVEL: `${random.below(3)}` } })),
  onService((random) => ({ labels: { level: `${random.below(3)}` } })),
  onService((random) => ({ command: `sleep ${1000 + random.below(3)}` })),
  onService((random) => ({ image: random.pick([images.busybox, images['shop-web']]) })),
  onService((random) => ({ scale: random.pick([0, 1, 2, 3]) })),
  onService((random) => ({ healthcheck: random.pick([probe, { ...probe, retries: 5 }, undefined]) })),
  onService((random) => ({
    networks: random.pick([undefined, { back: null }, { back: null, default: null }]),
  })),
  onService((random) => ({
    volumes: random.pick([undefined, ['data:/data'], ['data:/data', 'cache:/cache'], ['/scratch']]),
  })),
  onService((random, _file, ports) => ({
    ports: random.pick([undefined, [`${ports + random.below(5)}:80`]]),
  })),
  onService((random, _file, ports) => ({
    container_name: random.pick([undefined, undefined, `named-${ports + random.below(2)}`]),
  })),
  onService((random) => ({ hostname: `host${random.below(2)}` })),
  onService((random, _file, _ports, name) => {
    const earlier = names.filter((other) => other < name && random.chance(0.5));
    const condition = () => random.pick(['service_started', 'service_healthy']);
    const needs = earlier.map((other) => [other, { condition: condition(), restart: random.chance(0.4) }]);
    return { depends_on: Object.fromEntries(needs) };
  }),
  onService((random, file, _ports, name) => {
    const others = Object.keys(file.services).filter((other) => other < name && other !== 'p');
    return {
      network_mode: others.length > 0 && random.chance(0.6) ? `service:${random.pick(others)}` : undefined,
    };
  }),
  onService((random) => {
    const hook = random.pick(hooks);
    return { [hook]: commands(hook, random.below(3)) };
  }),
  onService((random) => ({
    configs: random.chance(0.6)
      ? [random.pick(['site', { source: 'site', target: '/etc/site', uid: '100' }])]
      : undefined,
    secrets: random.chance(0.6) ? ['token'] : undefined,
    read_only: random.chance(0.3) ? true : undefined,
    'x-flotilla': random.pick(policies),
  })),
  onService((random) => ({ models: random.chance(0.5) ? ['llm'] : undefined })),
  (random, file) => ({ ...file, configs: { site: { content: `${random.below(3)}` } } }),
  (random, file) => ({ ...file, secrets: { token: { environment: `TOKEN${random.below(3)}` } } }),
  (random, file) => ({ ...file, models: { llm: { model: random.pick(['ai/small', 'ai/big']) } } }),
  // A service comes or goes.
  (random, file) => {
    const name = random.pick(names);
    const { [name]: present, ...others } = file.services;
    if (present === undefined) return { ...file, services: { ...file.services, [name]: base } };
    return Object.keys(others).length < 4 || random.chance(0.5) ? file : { ...file, services: others };
  },
  (random, file) => ({ ...file, networks: relabelled(random, file.networks) }),
  (random, file) => ({ ...file, volumes: relabelled(random, file.volumes) }),
];

function onService(
  change: (random: Random, file: EditableFile, ports: number, name: string) => EditableService,
): Edit {
  return (random, file, ports) => {
    const name = random.pick(Object.keys(file.services).filter((each) => each !== 'p'));
    const service = { ...file.services[name], ...change(random, file, ports, name) };
    return { ...file, services: { ...file.services, [name]: service } };
  };
}

function relabelled(
  random: Random,
  resources: Readonly<Record<string, EditableResource>>,
): Readonly<Record<string, EditableResource>> {
  const key = random.pick(Object.keys(resources));
  return { ...resources, [key]: { labels: { level: `${random.below(3)}` } } };
}

/** What the loader or the engine would refuse is taken out again. */
function consistent({ services, ...rest }: EditableFile): EditableFile {
  const taken = new Set<unknown>();
  const sorted = Object.entries(services)
    .filter(([name]) => name !== 'p')
    .sort();
  const shared = new Set(sorted.map(([, { network_mode }]) => `${network_mode}`.slice('service:'.length)));
  const kept = sorted.map(([name, service]): [string, EditableService] => {
    const has = (other: string) => services[other] !== undefined && other < name;
    const parent = `${service['network_mode'] ?? ''}`.slice('service:'.length);
    const sharing = has(parent);
    const needs = Object.entries((service['depends_on'] ?? {}) as Record<string, { condition: string }>)
      .filter(([other]) => has(other))
      .map(([other, need]) => {
        const isProbed = services[other]?.['healthcheck'] !== undefined;
        return [other, { ...need, condition: isProbed ? need.condition : 'service_started' }];
      });
    const all = dependentsOfProvider.includes(name)
      ? [...needs, ['p', { condition: 'service_started' }]]
      : needs;
    const one = shared.has(name) || sharing ? 1 : service['scale'];
    const alone = one === undefined || one === 1;
    const unique = (key: string) => {
      const value = JSON.stringify(service[key]);
      if (value === undefined || !alone || taken.has(value)) return undefined;
      taken.add(value);
      return service[key];
    };
    return [
      name,
      defined({
        ...service,
        scale: one,
        depends_on: all.length === 0 ? undefined : Object.fromEntries(all),
        network_mode: sharing ? service['network_mode'] : undefined,
        networks: sharing ? undefined : service['networks'],
        hostname: sharing ? undefined : service['hostname'],
        ports: sharing ? undefined : unique('ports'),
        container_name: unique('container_name'),
      }),
    ];
  });
  return { ...rest, services: { ...Object.fromEntries(kept), p: provider } };
}

function defined(service: EditableService): EditableService {
  return Object.fromEntries(Object.entries(service).filter(([, value]) => value !== undefined));
}
