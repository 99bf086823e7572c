import { createRandom, type Random } from '../random.ts';
import type {
  Command,
  FileSketch,
  Need,
  PlanCase,
  ResourceSketch,
  ServiceSketch,
  Stage,
  UpCommand,
  WorldEvent,
} from './case.ts';

/** The same case for the same seed, everywhere. */
export function generatePlanCase(seed: number): PlanCase {
  const random = createRandom(seed);
  const first = generateFile(random);
  const files = [first, ...Array.from({ length: random.below(3) }, () => edited(random, first))];
  const stages = files
    .slice(0, -1)
    .map((file): Stage => ({ file, done: random.chance(0.7) ? 1 : random.below(100) / 100 }));
  const now = files.at(-1) ?? first;
  return {
    seed,
    stages: stages.length > 0 || random.chance(0.2) ? stages : [{ file: first, done: 1 }],
    events: Array.from({ length: random.chance(0.4) ? 0 : random.below(5) }, () => generateEvent(random)),
    file: random.chance(0.3) ? edited(random, now) : now,
    command: generateCommand(random),
  };
}

const services = ['a', 'b', 'c', 'd', 'e'] as const;
const networks = ['default', 'back', 'outside'] as const;
const volumes = ['data', 'cache', 'shared'] as const;
const files = ['token', 'site'] as const;

function generateFile(random: Random): FileSketch {
  return {
    services: Object.fromEntries(
      services
        .filter(() => random.chance(0.6))
        .map((name) => [name, generateService(random, services.indexOf(name))] as const),
    ),
    networks: Object.fromEntries(
      networks.map((key) => [key, resource(random, key === 'outside' || random.chance(0.01))] as const),
    ),
    volumes: Object.fromEntries(
      volumes.map((key) => [key, resource(random, key === 'shared' || random.chance(0.01))] as const),
    ),
    contents: Object.fromEntries(
      files.map((key) => [
        key,
        { from: random.pick(['content', 'file', 'environment']), version: random.below(3) },
      ]),
    ),
    said: random.below(3),
    model: random.below(2),
  };
}

function resource(random: Random, external: boolean): ResourceSketch {
  if (external) return { external: true };
  return {
    ...(random.chance(0.2) ? { version: 1 + random.below(2) } : {}),
    ...(random.chance(0.05) ? { name: 'renamed' } : {}),
  };
}

function generateService(random: Random, index: number): ServiceSketch {
  const earlier = services.slice(0, index);
  const some = (probability: number) => (earlier.length > 0 && random.chance(probability) ? earlier : []);
  const parent = (probability: number) => {
    const from = some(probability);
    return from.length > 0 ? random.pick(from) : undefined;
  };
  const shared = parent(0.12);
  const lender = parent(0.1);
  const linked = parent(0.1);
  return {
    ...(random.chance(0.5) ? { version: 1 + random.below(2) } : {}),
    ...(random.chance(0.3) ? { image: 'database' } : {}),
    ...(random.chance(0.4) ? { scale: random.pick([0, 2, 3]) } : {}),
    ...(random.chance(0.12) ? { containerName: `named-${random.pick(['x', 'y'])}` } : {}),
    ...(earlier.length > 0 ? { needs: generateNeeds(random, earlier) } : {}),
    networks: networks.filter((key) => random.chance(key === 'default' ? 0.8 : 0.2)),
    ...(shared === undefined ? {} : { namespaces: { [random.pick(['network', 'pid', 'ipc'])]: shared } }),
    ...(lender === undefined ? {} : { volumesFrom: lender }),
    ...(linked === undefined ? {} : { link: linked }),
    volumes: volumes.filter(() => random.chance(0.2)),
    ...(random.chance(0.2) ? { anonymous: true } : {}),
    ...(random.chance(0.15) ? { port: 8000 + random.below(3) } : {}),
    ...(random.chance(0.08) ? { address: 100 + random.below(2) } : {}),
    ...(random.chance(0.3) ? { health: true } : {}),
    ...(random.chance(0.1) ? { pull: random.pick(['always', 'never', 'missing']) } : {}),
    ...(random.chance(0.3) ? { hooks: generateHooks(random) } : {}),
    ...(random.chance(0.35) ? generateFiles(random) : {}),
    ...(random.chance(0.12) ? { usesModel: true } : {}),
    ...(random.chance(0.06) ? { provided: true } : {}),
    ...(random.chance(0.08) ? { disabled: true } : {}),
  };
}

function generateHooks(random: Random): NonNullable<ServiceSketch['hooks']> {
  const kinds = (['pre_start', 'post_start', 'pre_stop'] as const).filter(() => random.chance(0.5));
  return Object.fromEntries(kinds.map((kind) => [kind, 1 + random.below(2)]));
}

function generateFiles(random: Random): Partial<ServiceSketch> {
  return {
    files: files.filter(() => random.chance(0.7)),
    ...(random.chance(0.4) ? { owned: true } : {}),
    ...(random.chance(0.25) ? { readOnly: true } : {}),
    ...(random.chance(0.5) ? { onChange: random.pick(['restart', 'signal', 'ignore']) } : {}),
  };
}

function generateNeeds(random: Random, earlier: readonly string[]): Readonly<Record<string, Need>> {
  const chosen = earlier.filter(() => random.chance(0.35));
  return Object.fromEntries(
    chosen.map((name): readonly [string, Need] => [
      name,
      {
        condition: random.pick([
          'service_started',
          'service_started',
          'service_healthy',
          'service_completed_successfully',
        ]),
        ...(random.chance(0.3) ? { restart: true } : {}),
        ...(random.chance(0.15) ? { optional: true } : {}),
      },
    ]),
  );
}

/** Another version of a file: most of it stays. */
function edited(random: Random, file: FileSketch): FileSketch {
  const other = generateFile(random);
  const mixed = <Part>(old: Readonly<Record<string, Part>>, fresh: Readonly<Record<string, Part>>) =>
    Object.fromEntries(
      [...new Set([...Object.keys(old), ...Object.keys(fresh)])].sort().flatMap((key) => {
        const chosen = random.chance(0.25) ? fresh[key] : old[key];
        return chosen === undefined ? [] : [[key, chosen] as const];
      }),
    );
  return {
    services: Object.fromEntries(
      Object.entries(mixed(file.services, other.services)).map(([name, service]) => [
        name,
        random.chance(0.2)
          ? { ...service, ...generateService(random, services.indexOf(name as 'a')) }
          : service,
      ]),
    ),
    networks: mixed(file.networks, other.networks),
    volumes: mixed(file.volumes, other.volumes),
    contents: mixed(file.contents ?? {}, other.contents ?? {}),
    ...mixed(
      { said: file.said ?? 0, model: file.model ?? 0 },
      { said: other.said ?? 0, model: other.model ?? 0 },
    ),
  };
}

function generateEvent(random: Random): WorldEvent {
  const at = random.below(12);
  if (random.chance(0.05)) return { what: 'stranger' };
  if (random.chance(0.1)) {
    return { what: random.pick(['move-tag', 'remove-image']), image: random.pick(['busybox', 'database']) };
  }
  if (random.chance(0.25)) {
    const what = random.pick([
      'remove-network',
      'remove-volume',
      'disown-network',
      'disown-volume',
      'unhash-network',
      'unhash-volume',
    ] as const);
    return { what, at };
  }
  const what = random.pick([
    'exit',
    'crash',
    'pause',
    'restarting',
    'dead',
    'removing',
    'remove',
    'remove',
    'leave-network',
    'twin',
    'leftover',
    'leftover',
    'made-by-compose',
    'made-by-compose-2',
    'unmanaged',
    'one-off',
    'finished-one-off',
    'renumber',
    'left-hook',
    'left-filler',
  ] as const);
  return { what, at };
}

function generateCommand(random: Random): Command {
  const named = random.chance(0.7) ? [] : services.filter(() => random.chance(0.4));
  if (random.chance(0.75)) return generateUp(random, named);
  const withoutFile = random.chance(0.3) ? { withoutFile: true } : {};
  if (random.chance(0.5)) {
    return {
      name: 'down',
      services: random.chance(0.7) ? [] : named,
      ...withoutFile,
      ...(random.chance(0.5) ? { removeOrphans: true } : {}),
      ...(random.chance(0.4) ? { volumes: true } : {}),
      ...(random.chance(0.2) ? { images: random.pick(['local', 'all']) } : {}),
    };
  }
  return { name: random.pick(['stop', 'start', 'restart']), services: named, ...withoutFile };
}

function generateUp(random: Random, named: readonly string[]): UpCommand {
  return {
    name: 'up',
    services: named,
    ...(random.chance(0.2) ? { noDeps: true } : {}),
    ...(random.chance(0.2) ? { recreate: random.pick(['force', 'never']) } : {}),
    ...(random.chance(0.1) ? { alwaysRecreateDeps: true } : {}),
    ...(random.chance(0.1) ? { renewAnonymousVolumes: true } : {}),
    ...(random.chance(0.5) ? { removeOrphans: true } : {}),
    ...(random.chance(0.1) ? { noStart: true } : {}),
    ...(random.chance(0.2) ? { wait: true } : {}),
    ...(random.chance(0.7) ? { answer: random.pick(['yes', 'yes', 'no']) } : {}),
  };
}
