/** Identifiers are strings that only the functions of this file make, so that a name cannot stand where another belongs. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Normalised project name: `[a-z0-9][a-z0-9_-]*`. */
export type ProjectName = Branded<'ProjectName'>;
/** Key of a service in the Compose file. */
export type ServiceName = Branded<'ServiceName'>;
/** Engine id of a container, as long as the engine gives it. */
export type ContainerId = Branded<'ContainerId'>;
/** Stable name of a step in a plan, e.g. `container.create:web/1`. */
export type StepId = Branded<'StepId'>;

const projectNamePattern = /^[a-z0-9][a-z0-9_-]*$/;

export function isProjectName(text: string): text is ProjectName {
  return projectNamePattern.test(text);
}

/** Throws a plain Error for a name that its caller should have checked: such a throw is a bug in Flotilla. */
export function projectName(text: string): ProjectName {
  if (!isProjectName(text)) throw new Error(`not a project name: ${JSON.stringify(text)}`);
  return text;
}

/** Lower-cases, keeps `[a-z0-9_-]` and trims leading `_-`, as docker compose does; the result may be empty. */
export function normalizeProjectName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

export function serviceName(text: string): ServiceName {
  if (text === '') throw new Error('a service name cannot be empty');
  return text as ServiceName;
}

export function containerId(text: string): ContainerId {
  if (text === '') throw new Error('a container id cannot be empty');
  return text as ContainerId;
}

export function stepId(kind: string, subject: string): StepId {
  return `${kind}:${subject}` as StepId;
}
