import { dirname, join, relative } from 'node:path';
import { suggest } from '../../core/suggest.ts';
import { canonicalize } from '../canonical/index.ts';
import { interpolate, reportMisfits } from '../interpolate/index.ts';
import { type Layer, type LayerContext, parseDocuments } from '../layer.ts';
import { limits } from '../limits.ts';
import { merge } from '../merge/merge.ts';
import { applyResets, collectResets, resetsBelow } from '../merge/reset.ts';
import { enforceUnicity } from '../merge/unicity.ts';
import { expandHome, resolveServicePaths } from '../paths/index.ts';
import type { ModelPath } from '../project.ts';
import type { ReadDetails } from '../source/reader.ts';
import { isRemote } from '../source/remote.ts';
import {
  child,
  childText,
  countNodes,
  isNull,
  isText,
  type MappingNode,
  mapping,
  type Node,
  type Origin,
  withEntry,
} from '../tree/node.ts';

/** Replaces `extends` in the services of one document by what they extend. */
export async function applyExtends(
  document: MappingNode,
  layer: Layer,
  resets: readonly ModelPath[],
  context: LayerContext,
): Promise<Node> {
  const services = child(document, 'services');
  if (services?.kind !== 'mapping' || !usesExtends(services)) return document;
  const scope = new Scope(services, layer.source.file, resets, context.projectDirectory, context, {
    others: new Map(),
    inherited: 0,
    sizes: new WeakMap(),
  });
  let extended = services;
  for (const name of services.entries.keys()) {
    const service = await scope.service(name, []);
    if (service !== undefined) extended = withEntry(extended, name, service);
  }
  return withEntry(document, 'services', extended);
}

function usesExtends(services: MappingNode): boolean {
  for (const { value } of services.entries.values()) if (child(value, 'extends') !== undefined) return true;
  return false;
}

interface Link {
  readonly file: string;
  readonly service: string;
}

interface Base {
  readonly node: Node;
  /** Where it was found. */
  readonly scope: Scope;
}

/** What all files that one document extends have together. */
interface Shared {
  readonly others: Map<string, Promise<Scope | undefined>>;
  /** Values that services got from others up to here. */
  inherited: number;
  readonly sizes: WeakMap<Node, number>;
}

/** The services of one file, each extended at most once. */
class Scope {
  readonly #services: MappingNode;
  readonly #file: string;
  readonly #resets: readonly ModelPath[];
  /** Absolute directory that the file's relative paths start from. */
  readonly #directory: string;
  readonly #context: LayerContext;
  readonly #shared: Shared;
  readonly #done = new Map<string, Node>();
  readonly #failed = new Set<string>();

  constructor(
    services: MappingNode,
    file: string,
    resets: readonly ModelPath[],
    directory: string,
    context: LayerContext,
    shared: Shared,
  ) {
    this.#services = services;
    this.#file = file;
    this.#resets = resets;
    this.#directory = directory;
    this.#context = context;
    this.#shared = shared;
  }

  async service(name: string, chain: readonly Link[]): Promise<Node | undefined> {
    const known = this.#done.get(name);
    if (known !== undefined) return known;
    const own = this.#services.entries.get(name)?.value;
    if (own === undefined) return undefined;
    const result = await this.#extend(name, own, chain);
    if (result === undefined) this.#failed.add(name);
    else this.#done.set(name, result);
    return result;
  }

  async #extend(name: string, own: Node, chain: readonly Link[]): Promise<Node | undefined> {
    const reference = child(own, 'extends');
    if (own.kind !== 'mapping' || reference === undefined || isNull(reference)) return own;
    if (this.#failed.has(name)) return undefined;
    const links = [...chain, { file: this.#file, service: name }];
    const at = reference.origin;
    if (chain.some((link) => link.file === this.#file && link.service === name))
      return this.#circular(links, at);
    if (links.length > limits.extendsDepth) {
      this.#context.report.error(
        'compose.limit-exceeded',
        `More than ${limits.extendsDepth} services extend each other in a chain.`,
        { at, hint: 'Extend one service that has what all of them share.' },
      );
      return undefined;
    }
    const target = isText(reference) ? reference.value : childText(reference, 'service');
    const file = childText(reference, 'file');
    if (target === undefined) {
      this.#context.report.error('compose.extends', `services.${name}.extends.service is required`, {
        at,
        path: ['services', name, 'extends'],
        hint: 'Name the service to extend: "extends: {service: base}".',
      });
      return undefined;
    }
    const base =
      file === undefined
        ? await this.#localBase(name, target, links, child(reference, 'service')?.origin ?? at)
        : await this.#foreignBase(name, target, file, links, reference);
    if (base === undefined) return undefined;
    const bare = withEntry(own, 'extends', undefined);
    if (isNull(base.node)) return bare;
    if (base.node.kind !== 'mapping') return this.#noMapping(target, base.node.origin);
    if (!this.#inherits(base.node, at)) return undefined;
    const path = ['services', name];
    const resets = resetsBelow(this.#resets, path);
    const cleared = applyResets(base.node, resets);
    this.#context.trace?.bases.push({
      scope: this.#services,
      service: name,
      own: bare,
      targetScope: base.scope.#services,
      target,
      targetFile: base.scope.#file,
      base: base.node,
      resets,
    });
    return enforceService(merge(cleared, bare, this.#context.report, path), name);
  }

  /** Few lines can copy one large service thousands of times. */
  #inherits(base: Node, at: Origin): boolean {
    const before = this.#shared.inherited;
    this.#shared.inherited += countNodes(base, this.#shared.sizes);
    if (this.#shared.inherited <= limits.inheritedNodes) return true;
    if (before > limits.inheritedNodes) return false;
    this.#context.report.error(
      'compose.limit-exceeded',
      `The services of this document get more than ${limits.inheritedNodes} values from those that they extend.`,
      { at, hint: 'Extend smaller services, or fewer of them.' },
    );
    return false;
  }

  async #localBase(
    name: string,
    target: string,
    links: readonly Link[],
    at: Origin,
  ): Promise<Base | undefined> {
    if (!this.#services.entries.has(target)) return this.#missing(name, target, this, at);
    const node = await this.service(target, links);
    return node === undefined ? undefined : { node, scope: this };
  }

  async #foreignBase(
    name: string,
    target: string,
    file: string,
    links: readonly Link[],
    reference: Node,
  ): Promise<Base | undefined> {
    const at = child(reference, 'file')?.origin ?? reference.origin;
    const { remotes, lookup, home } = this.#context;
    const details = { at, path: ['services', name, 'extends'] };
    const isFetched = isRemote(file);
    const remote = isFetched ? await remotes.fetch(file, 'extends', lookup, details) : undefined;
    if (isFetched && remote === undefined) return undefined;
    const path = remote?.file ?? join(resolveFrom(this.#directory, expandHome(file, home)));
    // docker compose lets the paths of a remote base start from the root of its project, wherever the file is.
    const directory = remote?.folder ?? dirname(path);
    const key = `${directory}\n${path}`;
    const opened = this.#shared.others.get(key) ?? this.#open(path, directory, { ...details, isFetched });
    this.#shared.others.set(key, opened);
    const scope = await opened;
    if (scope === undefined) return undefined;
    if (!scope.#services.entries.has(target))
      return this.#missing(name, target, scope, child(reference, 'service')?.origin ?? at);
    const base = await scope.service(target, links);
    if (base === undefined) return undefined;
    const node = resolveServicePaths(base, {
      directory: relative(this.#directory, scope.#directory) || '.',
      home: this.#context.home,
    });
    return { node, scope };
  }

  async #open(path: string, directory: string, details: ReadDetails): Promise<Scope | undefined> {
    const { report, reader, trace } = this.#context;
    const source = await reader.read(path, 'extended file', {
      ...details,
      hint: 'The path is relative to the project directory, in an extended file to that file.',
    });
    if (source === undefined) return undefined;
    const documents = parseDocuments(source, report);
    if (report.failed) return undefined;
    let tree: Node | undefined;
    const resets: ModelPath[] = [];
    for (const document of documents) {
      const bare = collectResets(document);
      trace?.written.push({ source, root: document, environment: trace.environment });
      resets.push(...bare.paths);
      const { root: values, misfits } = this.#context.interpolate
        ? interpolate(bare.root, this.#context)
        : { root: bare.root, misfits: [] };
      reportMisfits(misfits, this.#context.report);
      tree = tree === undefined ? values : merge(applyResets(tree, bare.paths), values, report);
    }
    if (report.failed) return undefined;
    tree ??= mapping(new Map(), { source, start: 0, end: 0 });
    const canonical = canonicalize(enforceUnicity(tree), report, { lenient: !this.#context.interpolate });
    const services = child(canonical, 'services');
    const mappingNode = services?.kind === 'mapping' ? services : mapping(new Map(), canonical.origin);
    return new Scope(mappingNode, source.file, resets, directory, this.#context, this.#shared);
  }

  #noMapping(target: string, at: Origin): undefined {
    this.#context.report.error('compose.invalid-type', `services.${target} must be a mapping`, {
      at,
      path: ['services', target],
      hint: 'Write its settings below it, such as "image: nginx".',
    });
  }

  #missing(name: string, target: string, scope: Scope, at: Origin): undefined {
    const where = scope.#file;
    this.#context.report.error(
      'compose.extends',
      `cannot extend service ${JSON.stringify(name)} in ${this.#file}: service ${JSON.stringify(target)} not found${where === this.#file ? '' : ` in ${where}`}`,
      {
        at,
        path: ['services', name, 'extends'],
        hint: () => {
          const known = [...scope.#services.entries.keys()].filter(
            (other) => scope !== this || other !== name,
          );
          const [near] = suggest(target, known);
          return near === undefined
            ? 'A service can extend one of its own file, or of the file named with "file:".'
            : `Did you mean "${near}"?`;
        },
      },
    );
    return undefined;
  }

  #circular(links: readonly Link[], at: Origin): undefined {
    const [first, ...rest] = links.map((link) => `${link.service} in ${link.file}`);
    this.#context.report.error(
      'compose.extends',
      `Circular reference: ${first}${rest.map((link) => `, extends ${link}`).join('')}`,
      {
        at,
        hint: 'Take the shared settings out into a service that extends nothing.',
      },
    );
    return undefined;
  }
}

function resolveFrom(directory: string, file: string): string {
  return file.startsWith('/') ? file : `${directory}/${file}`;
}

/** Duplicates inside one service, found with the tables of whole documents. */
function enforceService(service: Node, name: string): Node {
  const origin = service.origin;
  const services = mapping(new Map([[name, { key: origin, value: service }]]), origin);
  const unique = enforceUnicity(mapping(new Map([['services', { key: origin, value: services }]]), origin));
  return child(child(unique, 'services'), name) ?? service;
}
