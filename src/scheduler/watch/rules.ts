import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, posix, relative, sep } from 'node:path';
import type { Hook, Project, Service, WatchRule } from '../../compose/index.ts';
import type { ServiceName } from '../../core/ids.ts';
import { type PathPatterns, pathPatterns } from './patterns.ts';

/** A rule of `develop.watch`, ready to be asked about paths. */
export interface WatchedRule {
  readonly service: ServiceName;
  /** Among the service's rules. */
  readonly index: number;
  readonly action: WatchRule['action'];
  /** Absolute, on this machine, all links followed; a file or a folder, which need not be there. */
  readonly path: string;
  /** Where it goes in the container; of rules that sync what no mount shows there anyway. */
  readonly target?: string;
  readonly exec?: Hook;
  readonly initialSync: boolean;
  /** Whether what is at a path below (`` is the rule's own) is looked after. */
  readonly counts: (path: string) => boolean;
  /** Whether nothing in a folder below is looked after. */
  readonly skips: (folder: string) => boolean;
}

/** What editors leave for moments, and what version control keeps for itself. */
const passing = pathPatterns([
  '**/.git',
  '**/*___jb_old___',
  '**/*___jb_tmp___',
  '**/.idea',
  '**/.#*',
  '**/#*#',
  '**/4913',
  '**/*~',
  '**/.*.sw[nopx]',
  '**/.*.kate-swp',
  '**/.goutputstream-*',
]);

/** Of a service whose build context is that folder: patterns of its `.dockerignore`. */
export type IgnoreFiles = (service: Service) => readonly string[];

/** The rules of the services that are named, of all without names, in the order of the file. */
export function watchRules(
  project: Project,
  services: ReadonlySet<ServiceName>,
  ignoreFiles: IgnoreFiles,
): readonly WatchedRule[] {
  return [...project.services.values()]
    .filter(({ name }) => services.size === 0 || services.has(name))
    .flatMap((service) => {
      const rules = service.develop?.watch ?? [];
      if (rules.length === 0) return [];
      const ofBuild = pathPatterns(ignoreFiles(service));
      return rules.flatMap((rule, index) =>
        isNeedless(rule, service) ? [] : [{ ...watchedRule(service, rule, ofBuild), index }],
      );
    });
}

/** Rules whose files the container sees anyway, for a mount shows them: there is nothing to copy. */
export function mountedRules(project: Project, services: ReadonlySet<ServiceName>) {
  return [...project.services.values()]
    .filter(({ name }) => services.size === 0 || services.has(name))
    .flatMap((service) =>
      (service.develop?.watch ?? []).flatMap((rule, index) =>
        isNeedless(rule, service) ? [{ service: service.name, index, path: rule.path }] : [],
      ),
    );
}

function isNeedless(rule: WatchRule, service: Service): boolean {
  return rule.action === 'sync' && isMounted(rule, service);
}

/** At the very place where it would be copied to. */
function isMounted({ path, target: place = '' }: WatchRule, { volumes = [] }: Service): boolean {
  return volumes.some(({ type, source, target }) => {
    if (type !== 'bind' || source === undefined || !isBelow(path, source)) return false;
    const way = relative(source, path).split(sep).join('/');
    return posix.join('/', target, way) === cleanTarget(place);
  });
}

function cleanTarget(target: string): string {
  return posix.join('/', target).replace(/(.)\/$/, '$1');
}

/** The kernel tells of what is there, by no other name; what is not there yet has the name that it will have. */
export function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
}

function watchedRule(service: Service, rule: WatchRule, ofBuild: PathPatterns): Omit<WatchedRule, 'index'> {
  const ignored = pathPatterns(rule.ignore ?? []);
  const included = rule.include === undefined ? undefined : pathPatterns(rule.include);
  const copies = rule.action.startsWith('sync') && rule.target !== undefined && !isMounted(rule, service);
  const top = realPath(rule.path);
  const given = service.build?.context;
  const context = given === undefined || !isAbsolute(given) ? undefined : realPath(given);
  const inContext = (path: string): string | undefined => {
    if (context === undefined) return undefined;
    const whole = join(top, path);
    return isBelow(whole, context) ? relative(context, whole).split(sep).join('/') : undefined;
  };
  const isIgnoredBy = (path: string, how: (patterns: PathPatterns, path: string) => boolean): boolean => {
    const built = inContext(path);
    return (
      (path !== '' && (how(passing, path) || how(ignored, path))) ||
      (built !== undefined && built !== '' && how(ofBuild, built))
    );
  };
  return {
    service: service.name,
    action: rule.action,
    path: top,
    ...(copies ? { target: cleanTarget(rule.target ?? '') } : {}),
    ...(rule.exec === undefined ? {} : { exec: rule.exec }),
    initialSync: rule.initial_sync ?? false,
    counts: (path) =>
      !isIgnoredBy(path, (patterns, each) => patterns.matches(each)) &&
      (included === undefined || path === '' || included.matches(path)),
    skips: (folder) => isIgnoredBy(folder, (patterns, each) => patterns.coverAll(each)),
  };
}

/** A path is below itself. */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}
