import type { Project, Service } from '../project.ts';

/** What a changed content of configs and secrets does to containers that have the old one. */
export type OnContentChange =
  | { readonly kind: 'recreate' | 'restart' | 'ignore' }
  | { readonly kind: 'signal'; readonly signal: string };

/** `x-flotilla.on_content_change` of a service, else of the project, else `recreate`: no container keeps what is stale. */
export function onContentChange(service: Service, project?: Project): OnContentChange {
  const own = ownSettings(service.extensions);
  const shared = ownSettings(project?.extensions);
  const kind = own.on_content_change ?? shared.on_content_change ?? 'recreate';
  return kind === 'signal'
    ? { kind, signal: own.reload_signal ?? shared.reload_signal ?? 'SIGHUP' }
    : { kind };
}

interface Settings {
  readonly on_content_change?: 'recreate' | 'restart' | 'signal' | 'ignore' | null;
  readonly reload_signal?: string | null;
}

/** Of a service or a project; they were checked against the schema when the file was loaded. */
export function ownSettings(extensions: Project['extensions'] | undefined): Settings {
  return (extensions?.get('x-flotilla') ?? {}) as Settings;
}
