import { errorCodes } from '../../core/codes.ts';
import { extensionKey } from '../extension/index.ts';
import type { Json, ModelPath, Project } from '../project.ts';
import { lintCodes } from './codes.ts';
import { allServices } from './subject.ts';

/** What can be switched off: rules, and warnings of the loader. */
export const knownCodes: readonly string[] = [...lintCodes, ...errorCodes];

/** Our settings in the project and in each service. */
export function extensionsOf(
  project: Project,
): readonly { readonly path: ModelPath; readonly settings: Json }[] {
  const top = project.extensions.get(extensionKey);
  return [
    ...(top === undefined ? [] : [{ path: [extensionKey], settings: top }]),
    ...allServices(project).flatMap(({ name, extensions }) => {
      const settings = extensions?.get(extensionKey);
      return settings === undefined ? [] : [{ path: ['services', name, extensionKey], settings }];
    }),
  ];
}

/** `lint.disable` of such settings, which were checked when the file was read. */
export function disabledIn(settings: Json): readonly string[] {
  const lint = member(settings, 'lint');
  const list = lint === undefined ? undefined : member(lint, 'disable');
  return Array.isArray(list) ? list.filter((code) => typeof code === 'string') : [];
}

function member(value: Json, key: string): Json | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return (value as Readonly<Record<string, Json>>)[key];
}

/** Says whether a code is switched off at a place: everywhere, or for the service that the place is in. */
export function createFilter(
  project: Project,
  disabled: readonly string[],
): (code: string, service: string | undefined) => boolean {
  const everywhere = new Set(disabled);
  const perService = new Map<string, ReadonlySet<string>>();
  for (const { path, settings } of extensionsOf(project)) {
    const codes = disabledIn(settings);
    if (path[0] === 'services') perService.set(String(path[1]), new Set(codes));
    else for (const code of codes) everywhere.add(code);
  }
  return (code, service) =>
    everywhere.has(code) || (service !== undefined && perService.get(service)?.has(code) === true);
}
