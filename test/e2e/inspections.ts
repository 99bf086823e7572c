import type { DockerHelper } from '../support/docker.ts';

/** A project's containers as the engine describes them, by name, without ids, times and addresses. */
export async function inspectAll(docker: DockerHelper, project: string): Promise<Inspections> {
  const containers = await docker.containers(project);
  const names = new Map(containers.map(({ id, name }) => [id, name]));
  const entries = await Promise.all(
    containers.map(async ({ id, name }) => {
      const raw = ((await docker.inspect(id))?.raw ?? {}) as unknown as Raw;
      const parts = {
        Config: raw.Config,
        HostConfig: raw.HostConfig,
        Networks: raw.NetworkSettings.Networks,
        Mounts: raw.Mounts,
      };
      return [name.replaceAll(project, 'PROJECT'), normalised(parts, { project, names })] as const;
    }),
  );
  return Object.fromEntries(entries);
}

/** The project's networks and volumes in the same way. */
export async function inspectResources(docker: DockerHelper, project: string): Promise<Inspections> {
  const context = { project, names: new Map<string, string>() };
  const inspect = async (path: string, names: readonly string[]) =>
    Promise.all(
      names.map(async (name) => {
        const {
          Id: _,
          Created: _when,
          CreatedAt: _at,
          Containers: _users,
          ...raw
        } = (await docker.call('GET', `/${path}/${name}`)) as Readonly<Record<string, unknown>>;
        return [`${path}/${name.replaceAll(project, 'PROJECT')}`, normalised(raw, context)] as const;
      }),
    );
  return Object.fromEntries([
    ...(await inspect('networks', await docker.networks(project))),
    ...(await inspect('volumes', await docker.volumes(project))),
  ]);
}

export type Inspections = Readonly<Record<string, unknown>>;

/** `path: one -> other (containers)`, with lists compared as sets where their order means nothing. */
export function differences(one: Inspections, other: Inspections): readonly string[] {
  const containers = new Map<string, string[]>();
  for (const name of Object.keys(one)) {
    const left = flattened(one[name]);
    const right = flattened(other[name]);
    for (const path of new Set([...left.keys(), ...right.keys()])) {
      if ((left.get(path) ?? 'null') === (right.get(path) ?? 'null')) continue;
      const difference = `${path}: ${left.get(path)} -> ${right.get(path)}`;
      containers.set(difference, [...(containers.get(difference) ?? []), name.replace('PROJECT-', '')]);
    }
  }
  const all = Object.keys(one).length;
  return [...containers]
    .map(([difference, names]) => `${difference} (${names.length > all * 0.9 ? 'all' : names.join(', ')})`)
    .sort();
}

interface Raw {
  readonly Config: Readonly<Record<string, unknown>>;
  readonly HostConfig: Readonly<Record<string, unknown>>;
  readonly NetworkSettings: { readonly Networks: unknown };
  readonly Mounts: readonly unknown[];
}

interface Names {
  readonly project: string;
  readonly names: ReadonlyMap<string, string>;
}

/** Lists that the engine and the container read as sets. */
const sets = new Set(['Env', 'Binds', 'Mounts', 'ExtraHosts', 'Ulimits', 'Links', 'Aliases', 'Devices']);

function normalised(value: unknown, context: Names, key = ''): unknown {
  if (typeof value === 'string') return withoutIds(value, context);
  if (Array.isArray(value)) {
    if (value.length === 0) return null;
    const list = value.map((item) => normalised(item, context, key));
    return sets.has(key) ? list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : list;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 0 && key !== '') return null;
  return Object.fromEntries(
    entries.map(([name, item]) => [withoutIds(name, context), normalised(item, context, name)]),
  );
}

function withoutIds(text: string, { project, names }: Names): string {
  return text
    .replace(/\/tmp\/flotilla-test-\w+/g, '<folder>')
    .replace(/[0-9a-f]{64}/g, (id) => names.get(id) ?? '<id>')
    .replace(/\b[0-9a-f]{12}\b/g, '<short id>')
    .replaceAll(project, 'PROJECT');
}

function flattened(value: unknown, path = '', into = new Map<string, string>()): ReadonlyMap<string, string> {
  const nested = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (nested.length === 0) into.set(path, JSON.stringify(value));
  for (const [key, item] of nested) flattened(item, path === '' ? key : `${path}/${key}`, into);
  return into;
}
