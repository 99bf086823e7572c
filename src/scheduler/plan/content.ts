import { createHash } from 'node:crypto';
import { onContentChange, type Service } from '../../compose/index.ts';
import { type StepId, stepId } from '../../core/ids.ts';
import { composeVersion, labels } from '../../core/labels.ts';
import type { ObservedContainer, ObservedState } from '../../runtime/index.ts';
import type { ObservedVolume, VolumeSpec } from '../../volumes/index.ts';
import {
  type ContentChange,
  type ContentDigests,
  contentChanges,
  contentDigests,
  parseContentDigests,
} from '../desired/index.ts';
import { type Step, step } from './steps.ts';
import type { UpInput } from './up-input.ts';

export type ContentInput = Pick<UpInput, 'project' | 'contents'> & {
  readonly observed: Pick<ObservedState, 'volumes'>;
};

/** What is done for a container that was told another content of its configs and secrets than the present one. */
export interface ContentAct {
  readonly kind: 'recreate' | 'restart' | 'signal' | 'ignore';
  /** For `signal`. */
  readonly signal?: string;
  /** `secrets.token content changed` */
  readonly reason: string;
}

/** Undefined when its content is the present one, or when nobody knows: another tool made it. */
export function contentAct(
  input: ContentInput,
  service: Service,
  container: ObservedContainer,
): ContentAct | undefined {
  const changes = changesFor(input, service, container);
  if (changes.length === 0) return undefined;
  const named = changes.slice(0, shownChanges).map(({ path }) => `${path} content changed`);
  const more = changes.length - named.length;
  const reason = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const policy = onContentChange(service, input.project);
  // Its volume never changes, and nothing can be put over a mount of its own: only a new container gets another one.
  const mounted = new Set(container.mounts.map(({ target }) => target));
  const isFixed = ({ way, target }: ContentChange) =>
    way === 'carry' || (way === 'copy' && mounted.has(target));
  if (policy.kind !== 'ignore' && changes.some(isFixed)) return { kind: 'recreate', reason };
  return { ...policy, reason };
}

const shownChanges = 2;

export function changesFor(
  { project, contents, observed }: ContentInput,
  service: Service,
  container: ObservedContainer,
): readonly ContentChange[] {
  if ((service.configs ?? []).length + (service.secrets ?? []).length === 0) return [];
  const told = toldBy(container, noteOf(observed, container));
  return told === undefined ? [] : contentChanges(told, project, service, contents);
}

/** What a container was told last: by its label, unless a later note says something else. */
function toldBy(container: ObservedContainer, note: ObservedVolume | undefined): ContentDigests | undefined {
  return parseContentDigests(note?.labels[labels.content] ?? container.labels[labels.content]);
}

/**
 * Labels of a container cannot be changed, so that what it is told without being made anew is noted beside it: as the
 * label of an empty volume, which every engine keeps for us and any machine can read.
 */
function noteOf(
  { volumes }: ContentInput['observed'],
  container: ObservedContainer,
): ObservedVolume | undefined {
  return volumes.find(
    (volume) =>
      volume.labels[labels.ownVolume] === 'note' && volume.labels[labels.notedContainer] === container.id,
  );
}

/** The steps that note what a container has been told once `told` is done; none when that is known already. */
export function noteSteps(
  input: ContentInput,
  service: Service,
  container: ObservedContainer,
  told: StepId,
): readonly Step[] {
  const old = noteOf(input.observed, container);
  // What a volume carries stays as it is until the container is made anew.
  const changes = changesFor(input, service, container).filter(({ way }) => way !== 'carry');
  if (changes.length === 0) return [];
  const present = contentDigests(input.project, service, input.contents) ?? {};
  const digests = {
    ...toldBy(container, old),
    ...Object.fromEntries(changes.map(({ path }) => [path, present[path] ?? ''])),
  };
  const text = JSON.stringify(digests);
  const spec = noteSpec(input, service, container, text);
  const reason = `what ${container.name} was told is noted`;
  const resource = { type: 'Volume', name: spec.name } as const;
  const steps: Step[] = [];
  if (old !== undefined) {
    steps.push(step('volume.remove', old.name, { name: old.name }, { resource, reason, needs: [told] }));
  }
  if (text !== container.labels[labels.content]) {
    const needs = [told, ...(old === undefined ? [] : [stepId('volume.remove', old.name)])];
    steps.push(step('volume.create', spec.name, { spec }, { resource, reason, needs }));
  }
  return steps;
}

function noteSpec(
  { project }: ContentInput,
  service: Service,
  container: ObservedContainer,
  text: string,
): VolumeSpec {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return {
    key: `${service.name}/note`,
    name: `${project.name}_${service.name}_note-${container.id.slice(0, 12)}`,
    driver: 'local',
    driverOptions: {},
    labels: {
      [labels.project]: project.name,
      [labels.version]: composeVersion,
      [labels.configHash]: hash,
      [labels.ownVolume]: 'note',
      [labels.notedContainer]: container.id,
      [labels.content]: text,
    },
    hash,
  };
}
