import type { ServiceName } from '../../core/ids.ts';
import { suggest } from '../../core/suggest.ts';
import { quote } from '../../core/text.ts';
import type { Project, Service } from '../project.ts';
import type { Report } from '../report.ts';
import { matchesGlob } from './glob.ts';
import { dependenciesOf } from './graph.ts';

/**
 * Splits services by profile. Naming a service that is not enabled enables its profiles, and so those that it needs of
 * them; what these need of other profiles has to be enabled by itself.
 */
export function withProfiles(
  project: Project,
  profiles: readonly string[],
  named: readonly string[],
): Project {
  const all = [...project.services, ...project.disabledServices].sort(([a], [b]) => (a < b ? -1 : 1));
  const meant = all.filter(
    ([name, service]) => !isEnabled(service, profiles) && named.some((pattern) => matchesGlob(pattern, name)),
  );
  const active = [...profiles, ...meant.flatMap(([, service]) => service.profiles ?? [])];
  const services = new Map<ServiceName, Service>();
  const disabledServices = new Map<ServiceName, Service>();
  for (const [name, service] of all) {
    const enabled = isEnabled(service, profiles) || isEnabled(service, active);
    (enabled ? services : disabledServices).set(name, service);
  }
  return { ...project, services, disabledServices };
}

/** Of the services that only names enable those that are named, with what they need; the others are as in `base`. */
export function withNeeded(enabled: Project, base: Project, named: readonly string[]): Project {
  const needed = new Set<ServiceName>(
    [...enabled.services.keys()].filter((name) => named.some((pattern) => matchesGlob(pattern, name))),
  );
  for (const name of needed) {
    for (const other of dependenciesOf(enabled, name)) needed.add(other);
  }
  const services = new Map<ServiceName, Service>();
  const disabledServices = new Map(enabled.disabledServices);
  for (const [name, service] of enabled.services) {
    (needed.has(name) || base.services.has(name) ? services : disabledServices).set(name, service);
  }
  return { ...enabled, services, disabledServices };
}

export interface SelectOptions {
  /** `include` brings the services that the named ones need; `ignore` also forgets that they need them. */
  readonly dependencies: 'include' | 'ignore';
}

/** What `selectServices` throws for a name that matches nothing. */
export class UnknownServiceError extends Error {
  override readonly name = 'UnknownServiceError';
  readonly service: string;

  constructor(service: string) {
    super(`no such service: ${service}`);
    this.service = service;
  }
}

/** The project with only the named services (names or globs; none is all); the others become disabled ones. */
export function selectServices(
  project: Project,
  names: readonly string[],
  { dependencies }: SelectOptions,
): Project {
  if (names.length === 0) return project;
  const wanted = new Set<ServiceName>();
  for (const name of names) {
    const matching = [...project.services.keys()].filter((service) => matchesGlob(name, service));
    if (matching.length === 0) throw new UnknownServiceError(name);
    for (const service of matching) wanted.add(service);
  }
  for (const name of wanted) {
    for (const needed of dependenciesOf(project, name)) {
      // What a provider says is a part of those that depend on it.
      if (dependencies === 'include' || project.services.get(needed)?.provider !== undefined)
        wanted.add(needed);
    }
  }
  const services = new Map<ServiceName, Service>();
  const disabledServices = new Map(project.disabledServices);
  for (const [name, service] of project.services) {
    if (wanted.has(name)) services.set(name, withEdgesTo(service, wanted));
    else disabledServices.set(name, service);
  }
  return { ...project, services, disabledServices };
}

/** `selectServices` for the loader: an unknown name is a diagnostic. */
export function applySelection(
  project: Project,
  names: readonly string[],
  dependencies: 'include' | 'ignore',
  report: Report,
): Project | undefined {
  const known = [...project.services.keys()];
  const unknown = names.filter((name) => !known.some((service) => matchesGlob(name, service)));
  for (const name of unknown) {
    const [near] = suggest(name, known);
    const meant = near === undefined ? '' : `Did you mean ${quote(near)}? `;
    report.error('compose.no-service', `no such service: ${name}`, {
      hint:
        known.length === 0
          ? 'The project has no services.'
          : `${meant}The services are ${known.map(quote).join(', ')}.`,
    });
  }
  return unknown.length > 0 ? undefined : selectServices(project, names, { dependencies });
}

/** Edges to services that are not there vanish. */
function withEdgesTo(service: Service, wanted: ReadonlySet<ServiceName>): Service {
  if (service.depends_on === undefined) return service;
  const kept = [...service.depends_on].filter(([name]) => wanted.has(name));
  if (kept.length === service.depends_on.size) return service;
  return { ...service, depends_on: new Map(kept) };
}

function isEnabled(service: Service, profiles: readonly string[]): boolean {
  const own = service.profiles ?? [];
  if (own.length === 0 || profiles.includes('*')) return true;
  // To docker compose no profile is one without a name.
  const active = profiles.length === 0 ? [''] : profiles;
  return own.some((profile) => active.includes(profile));
}
