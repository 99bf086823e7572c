import type { Service } from '../../compose/index.ts';
import type { SourceRange } from '../../core/diagnostic.ts';
import type { ServiceName } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { definitionChanges, type FieldChange } from '../desired/index.ts';
import { changesFor, finalNameOf, isOneOff, type Plan, type Step, serviceOf } from '../plan/index.ts';
import { planFor } from './plan.ts';
import type { LoadedProject, Session } from './session.ts';

/** What `up` would do with one container of a service, and for which reasons. */
export interface ContainerCause {
  readonly container: string;
  /** Absent when there is no such container yet. */
  readonly state?: ObservedContainer['state'];
  readonly status?: string;
  readonly decision: 'keep' | 'start' | 'restart' | 'signal' | 'create' | 'recreate' | 'remove';
  readonly reason?: string;
  /** Absent when another tool made the container, which does not say what it was made from. */
  readonly changes?: readonly (FieldChange & { readonly at?: SourceRange })[];
  /** Configs and secrets whose content changed. */
  readonly contents?: readonly ContentCause[];
}

/** A config or secret whose content is another one than the container was told; never the content itself. */
export interface ContentCause {
  /** `secrets.token` */
  readonly path: string;
  /** Where the content, or its file or variable, is named. */
  readonly at?: SourceRange;
}

export interface ServiceCauses {
  readonly service: ServiceName;
  readonly containers: readonly ContainerCause[];
}

/** Tells for every container of a service, and for those that are missing, what `up` would do now. */
export async function causesOf(
  session: Session,
  { project, locate }: LoadedProject,
  service: Service,
): Promise<ServiceCauses> {
  const { plan, observed, contents } = await planFor(session, { project, locate });
  const existing = observed.containers.filter(
    (container) => serviceOf(container) === service.name && !isOneOff(container),
  );
  const names = new Set(existing.map(finalNameOf));
  const causes = existing.map((container): ContainerCause => {
    const steps = stepsFor(plan, finalNameOf(container), container.name);
    const changes = definitionChanges(container.labels[labels.definition], project, service);
    const contentCauses = changesFor({ project, contents, observed }, service, container).map(
      ({ path, place }): ContentCause => {
        const at = locate(place);
        return { path, ...(at === undefined ? {} : { at }) };
      },
    );
    const first = steps.find(({ kind }) => kind !== 'hook.exec' && kind !== 'hook.run');
    return {
      container: container.name,
      state: container.state,
      status: container.status,
      decision: decisionOf(steps),
      ...(first === undefined ? {} : { reason: first.reason }),
      ...(changes === undefined
        ? {}
        : { changes: changes.map((change) => located(change, service, locate)) }),
      ...(contentCauses.length === 0 ? {} : { contents: contentCauses }),
    };
  });
  const missing = plan.steps.flatMap((step): readonly ContainerCause[] =>
    step.kind === 'container.create' &&
    step.input.spec.service === service.name &&
    !names.has(step.resource.name)
      ? [{ container: step.resource.name, decision: 'create', reason: step.reason }]
      : [],
  );
  return { service: service.name, containers: [...causes, ...missing] };
}

function stepsFor({ steps }: Plan, ...names: readonly string[]): readonly Step[] {
  return steps.filter(
    (step) =>
      step.resource.type === 'Container' &&
      names.includes(step.resource.name) &&
      step.kind !== 'container.wait',
  );
}

function decisionOf(steps: readonly Step[]): ContainerCause['decision'] {
  const has = (kind: Step['kind']) => steps.some((step) => step.kind === kind);
  if (has('container.create')) return has('container.remove') ? 'recreate' : 'create';
  if (has('container.remove')) return 'remove';
  if (has('container.stop')) return 'restart';
  if (has('container.signal')) return 'signal';
  return has('container.start') ? 'start' : 'keep';
}

function located(
  change: FieldChange,
  service: Service,
  locate: LoadedProject['locate'],
): FieldChange & { readonly at?: SourceRange } {
  const at = change.after === undefined ? undefined : locate(['services', service.name, ...change.place]);
  return at === undefined ? change : { ...change, at };
}
