import type { ModelPath, Project, Service } from '../project.ts';

/** A value that no engine takes. */
export interface Refused {
  readonly path: ModelPath;
  readonly message: string;
  readonly hint: string;
}

/** Where it is looked for. */
export interface RefusedIn
  extends Pick<Project, 'networks' | 'volumes'>,
    Partial<Pick<Project, 'extensions'>> {
  readonly services: readonly Service[];
}
