import { formatPath } from '../tree/path.ts';
import type { Schema } from './compiled.ts';
import { isOnePairWithSpace } from './faults.ts';
import { childValue, definition, isMapping, knownKeys, ownSchema, type Place, schemaBelow } from './place.ts';
import type { Speller } from './spelling.ts';

/** Where an unknown key belongs, or what it was meant to be. */
export function unknownKeyHint(place: Place, key: string, spell: Speller): string {
  return (
    pairHint(place, key, spell) ??
    extensionHint(key) ??
    knownNameHint(place, key) ??
    outerHint(place, key) ??
    topLevelHint(place, key) ??
    innerHint(place, key) ??
    serviceHint(place, key) ??
    spellingHint(place, key, spell) ??
    nestedServiceHint(place, key) ??
    knownKeysHint(place, key)
  );
}

/** `- 80: 80` is a mapping to YAML; `- "80:80"` was meant. */
function pairHint(place: Place, key: string, spell: Speller): string | undefined {
  const value = childValue(place.value, key);
  if (!isOnePairWithSpace(place, [key]) || typeof value === 'object') return undefined;
  // `- comand: echo` is the beginning of a long form.
  if (spell(key, knownKeys(place.schema)) !== undefined) return undefined;
  return `write it without the space: \`- "${key}:${String(value)}"\``;
}

function extensionHint(key: string): string | undefined {
  return /^x[_.]|^X-/.test(key) ? 'keys of your own start with `x-`' : undefined;
}

function knownNameHint(place: Place, key: string): string | undefined {
  const names = otherNames.get(place.schema);
  return names !== undefined && Object.hasOwn(names, key) ? `use \`${names[key]}\`` : undefined;
}

/** Indented too deep: something further out knows the key. */
function outerHint(place: Place, key: string): string | undefined {
  for (let outer = place.parent; outer !== undefined && outer.path.length > 0; outer = outer.parent) {
    if (ownSchema(outer.schema, key) !== undefined) {
      return `\`${key}\` belongs to \`${formatPath(outer.path)}\`; indent it less`;
    }
  }
  return undefined;
}

function topLevelHint(place: Place, key: string): string | undefined {
  const root = rootOf(place);
  if (root === place || ownSchema(root.schema, key) === undefined) return undefined;
  return `\`${key}\` is a top-level key; move it to the left margin`;
}

/** Not indented deep enough: something further in knows the key. What the file already has comes first. */
function innerHint(place: Place, key: string): string | undefined {
  const names = knownKeys(place.schema);
  const present = names.filter((name) => childValue(place.value, name) !== undefined);
  for (const name of [...present, ...names]) {
    const inner = ownSchema(place.schema, name);
    if (inner === undefined) continue;
    if (ownSchema(inner, key) !== undefined) return `\`${key}\` belongs below \`${name}\``;
    const between = knownKeys(inner).find((next) => knows(ownSchema(inner, next) ?? {}, key));
    if (between !== undefined) return `\`${key}\` belongs below \`${name}.${between}\``;
  }
  return undefined;
}

/** An attribute of services that no service has around it. */
function serviceHint(place: Place, key: string): string | undefined {
  if (place.path.length > 0 || ownSchema(definition('service'), key) === undefined) return undefined;
  return `\`${key}\` belongs to a service; put it below \`services:\` and the name of the service`;
}

/** A service that slipped into the one before it. */
function nestedServiceHint(place: Place, key: string): string | undefined {
  const value = childValue(place.value, key);
  if (place.schema !== definition('service') || !isMapping(value)) return undefined;
  return 'image' in value || 'build' in value
    ? `\`${key}\` looks like a service; indent it like \`${String(place.path.at(-1))}\``
    : undefined;
}

function knownKeysHint(place: Place, key: string): string {
  const known = knownKeys(place.schema).filter((name) => !name.startsWith('x-'));
  const own = /^[\w-]+$/.test(key) ? `; a key of your own begins with \`x-\`` : '';
  return known.length > 0 && known.length <= 8
    ? `write ${known.map((name) => `\`${name}\``).join(', ')}${own}`
    : `take it out, or look up its name${own}`;
}

function spellingHint(place: Place, key: string, spell: Speller): string | undefined {
  const nearest = spell(key, knownKeys(place.schema));
  return nearest === undefined ? undefined : `did you mean \`${nearest}\`?`;
}

/** The key is one of the mapping's, or of the mappings in the list. */
function knows(schema: Schema, key: string): boolean {
  return ownSchema(schema, key) !== undefined || ownSchema(schemaBelow(schema, 0), key) !== undefined;
}

function rootOf(place: Place): Place {
  return place.parent === undefined ? place : rootOf(place.parent);
}

/** What other tools and old files call the keys of some places. */
const otherNames: ReadonlyMap<Schema, Readonly<Record<string, string>>> = new Map([
  [
    definition('service'),
    {
      net: 'network_mode',
      network: 'networks',
      env: 'environment',
      envs: 'environment',
      cmd: 'command',
      name: 'container_name',
      memory: 'mem_limit',
      memory_limit: 'mem_limit',
      cpu: 'cpus',
      cpu_limit: 'cpus',
      workdir: 'working_dir',
      mounts: 'volumes',
      log_driver: 'logging.driver',
      log_opt: 'logging.options',
      dependencies: 'depends_on',
      restart_policy: 'restart',
      volume_driver: 'driver` of the top-level `volumes',
    },
  ],
  [definition('healthcheck'), { command: 'test', cmd: 'test', period: 'interval' }],
  [definition('secret'), { content: 'file` or `environment' }],
  [definition('build'), { file: 'dockerfile', path: 'context', env: 'args' }],
]);
