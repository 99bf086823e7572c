import { bindForms, canonicalize } from '../canonical/index.ts';
import type { ModelPath } from '../project.ts';
import { Report } from '../report.ts';
import type { Trace, TracedBase, TracedDocument } from '../trace.ts';
import { child, type MappingNode, mapping, type Node, withEntry } from '../tree/node.ts';

/** One part of the model as it was before it was laid on the parts before it. */
export interface Contribution {
  readonly kind: 'file' | 'override' | 'include' | 'extends';
  readonly what: string;
  /** In long form. */
  readonly tree: Node;
  /** Where earlier parts lose what they said. */
  readonly resets: readonly ModelPath[];
  /** What a path of the model is called in this part: an extended service has a name of its own. */
  pathHere(path: ModelPath): ModelPath;
  readonly projectDirectory: string;
}

/** The parts that can say something about the path's service, or resource, in the order of their application. */
export function contributionsTo(path: ModelPath, trace: Trace): readonly Contribution[] {
  const [section, name] = path;
  const service = section === 'services' && typeof name === 'string' ? name : undefined;
  const main = trace.documents.filter(({ includedFrom }) => includedFrom.length === 0);
  return trace.documents.flatMap((document) => {
    const included = document.includedFrom.length > 0;
    if (included && !importedSections.has(String(section))) return [];
    const bases = service === undefined ? [] : basesOf(document, service, trace);
    return [...bases, ownContribution(document, included, document === main[0], service)];
  });
}

const importedSections = new Set(['services', 'networks', 'volumes', 'configs', 'secrets', 'models']);

function ownContribution(
  document: TracedDocument,
  included: boolean,
  first: boolean,
  service: string | undefined,
): Contribution {
  const kind = included ? 'include' : first ? 'file' : 'override';
  const by = document.includedFrom.at(-1);
  const what = included
    ? `included by ${by?.split('/').at(-1) ?? ''}`
    : first
      ? 'base file'
      : 'override file';
  const services = child(document.values, 'services');
  const own = service === undefined ? undefined : child(services, service);
  const bare = own?.kind === 'mapping' ? withEntry(own, 'extends', undefined) : own;
  return {
    kind,
    what,
    tree: longForm(bare === undefined ? document.values : onlyService(service ?? '', bare, services)),
    resets: document.resets,
    pathHere: (path) => path,
    projectDirectory: document.projectDirectory,
  };
}

/** What the service extends, the farthest first. */
function basesOf(document: TracedDocument, service: string, trace: Trace): readonly Contribution[] {
  const chain: Contribution[] = [];
  let link = linkOf(document.services, service, trace);
  while (link !== undefined && chain.length < trace.bases.length) {
    const { target, targetFile, targetScope, base } = link;
    const next = linkOf(targetScope, target, trace);
    chain.unshift({
      kind: 'extends',
      what: `service "${target}" of ${targetFile}, by extends`,
      tree: longForm(onlyService(target, next?.own ?? base, targetScope)),
      resets: (next?.resets ?? []).map((path) => ['services', target, ...path]),
      pathHere: (path) => ['services', target, ...path.slice(2)],
      projectDirectory: document.projectDirectory,
    });
    link = next;
  }
  return chain;
}

function linkOf(scope: Node | undefined, service: string, trace: Trace): TracedBase | undefined {
  return trace.bases.find((base) => base.scope === scope && base.service === service);
}

/** A document with one service, at its place among all services. */
function onlyService(name: string, service: Node, all: Node | undefined): MappingNode {
  const { origin } = all ?? service;
  const key = (all?.kind === 'mapping' ? all.entries.get(name)?.key : undefined) ?? service.origin;
  const services = mapping(new Map([[name, { key, value: service }]]), origin);
  return mapping(new Map([['services', { key: origin, value: services }]]), origin);
}

/** What is wrong with it was reported when it was loaded. */
function longForm(tree: Node): Node {
  const report = new Report();
  return bindForms(canonicalize(tree, report, { lenient: true }), report);
}
