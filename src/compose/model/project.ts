import { type ProjectName, serviceName } from '../../core/ids.ts';
import type { Deploy, FileObject, Json, Model, Network, Project, Service, Volume } from '../project.ts';
import type { Report } from '../report.ts';
import { child, type MappingNode, type Node } from '../tree/node.ts';
import type { Codec, DecodeContext } from './codec.ts';
import { within } from './codec.ts';
import { sortedKeys } from './collections.ts';
import { Extensions } from './extensions.ts';
import { config, model, network, secret, volume } from './resources.ts';
import { service } from './service.ts';

export interface ProjectFacts {
  readonly name: ProjectName;
  readonly workingDir: string;
  readonly configFiles: readonly string[];
  readonly environmentFiles: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly profiles: readonly string[];
  readonly separator?: '_';
}

/** Reads the finished tree into the model, all services enabled. What does not fit goes to the report. */
export function decodeProject(root: Node, facts: ProjectFacts, report: Report): Project {
  const context: DecodeContext = { report, path: [] };
  return {
    ...facts,
    services: section(
      root,
      'services',
      context,
      (node) => service.decode(node, context),
      completeService,
    ) as Project['services'],
    disabledServices: new Map(),
    networks: section(
      root,
      'networks',
      context,
      (node) => decode(network, node, context),
      (_, value) => withIpam(value as Network),
    ),
    volumes: section(
      root,
      'volumes',
      context,
      (node) => decode(volume, node, context),
      (_, value) => value as Volume,
    ),
    configs: section(
      root,
      'configs',
      context,
      (node) => decode(config, node, context),
      (_, value) => value as FileObject,
    ),
    secrets: section(
      root,
      'secrets',
      context,
      (node) => decode(secret, node, context),
      (_, value) => value as FileObject,
    ),
    models: section(
      root,
      'models',
      context,
      (node) => decode(model, node, context),
      (_, value) => value as Model,
    ),
    extensions: topExtensions(root),
  };
}

function decode<T extends object>(codec: Codec<T>, node: Node, context: DecodeContext): T {
  return codec.decode(node, context) ?? ({} as T);
}

function section<T, R>(
  root: Node,
  name: string,
  context: DecodeContext,
  read: (node: Node) => T | undefined,
  finish: (key: string, value: T) => R,
): ReadonlyMap<string, R> {
  const node = child(root, name);
  const values = new Map<string, R>();
  if (node?.kind !== 'mapping') return values;
  within(context, name, () => {
    for (const key of sortedKeys((node as MappingNode).entries)) {
      const entry = node.entries.get(key);
      // Elsewhere it is an extension; a service may have such a name.
      if (entry === undefined || (name !== 'services' && key.startsWith('x-'))) continue;
      const value = within(context, key, () => read(entry.value));
      if (value !== undefined) values.set(key, finish(key, value));
    }
  });
  return values;
}

/** Parts of a service that the model promises even when the file says nothing. */
function completeService(key: string, value: Omit<Service, 'name'>): Service {
  const complete: Record<string, unknown> = {
    ...value,
    name: serviceName(key),
    command: value.command ?? null,
    entrypoint: value.entrypoint ?? null,
  };
  if (value.deploy !== undefined) complete['deploy'] = completeDeploy(value.deploy, value.scale);
  return complete as unknown as Service;
}

/** `scale` also counts as the number of replicas. */
function completeDeploy(deploy: Deploy, scale: number | undefined): Deploy {
  const replicas = deploy.replicas ?? scale;
  return {
    ...(replicas === undefined ? {} : { replicas }),
    ...deploy,
    resources: deploy.resources ?? {},
    placement: deploy.placement ?? {},
  };
}

function withIpam(value: Network): Network {
  return { ...value, ipam: value.ipam ?? {} };
}

function topExtensions(root: Node): ReadonlyMap<string, Json> {
  const extensions = new Extensions();
  if (root.kind !== 'mapping') return extensions;
  for (const [key, { value }] of root.entries) {
    if (key.startsWith('x-')) extensions.keep(key, value);
  }
  return extensions;
}
