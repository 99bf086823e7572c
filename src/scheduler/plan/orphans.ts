import type { Service } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { type StepId, stepId } from '../../core/ids.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { existing } from './container-ref.ts';
import { lastOf, preStopSteps } from './hooks.ts';
import { type ContainersByRole, isRunning, ownerOf } from './observed.ts';
import { type Step, step } from './steps.ts';
import type { UpInput } from './up-input.ts';

/** Containers of services that the file does not know any more: removed when that was asked for, else named. */
export function planOrphans(
  { policy }: UpInput,
  { orphans }: ContainersByRole,
): { readonly steps: readonly Step[]; readonly diagnostics: readonly Diagnostic[] } {
  if (orphans.length === 0) return { steps: [], diagnostics: [] };
  if (policy.removeOrphans) {
    return {
      steps: orphans.flatMap((container) =>
        removalSteps(container, 'its service is not in the file', policy.timeoutSeconds),
      ),
      diagnostics: [],
    };
  }
  return { steps: [], diagnostics: policy.ignoreOrphans ? [] : [orphanWarning(orphans)] };
}

/** Stop, then remove; a container of which no process exists is only removed. Hooks are those of its service in the file. */
export function removalSteps(
  container: ObservedContainer,
  reason: string,
  timeoutSeconds: number | undefined,
  service?: Service,
): readonly Step[] {
  const resource = { type: 'Container', name: container.name } as const;
  const reference = existing(container);
  const owner = ownerOf(container);
  const hooks =
    service === undefined ? [] : preStopSteps(service, container, { needs: [], after: [], timeoutSeconds });
  const stop =
    isRunning(container) || container.state === 'paused'
      ? step(
          'container.stop',
          container.name,
          { container: reference, ...owner, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) },
          { resource, reason, needs: lastOf(hooks, []) },
        )
      : undefined;
  const remove = step(
    'container.remove',
    container.name,
    { container: reference, ...owner, volumes: false },
    { resource, reason, needs: stop === undefined ? [] : [stop.id] },
  );
  return stop === undefined ? [remove] : [...hooks, stop, remove];
}

/** The id of the step by which `removalSteps` removes a container. */
export function removalId(container: ObservedContainer): StepId {
  return stepId('container.remove', container.name);
}

/** The id of the step by which `removalSteps` stops a container. */
export function stopId(container: ObservedContainer): StepId {
  return stepId('container.stop', container.name);
}

function orphanWarning(orphans: readonly ObservedContainer[]): Diagnostic {
  const names = orphans.map((container) => container.name).join(' ');
  return {
    severity: 'warning',
    code: 'run.orphans',
    message:
      `Found orphan containers ([${names}]) for this project. If you removed or renamed this service in your ` +
      'compose file, you can run this command with the --remove-orphans flag to clean it up.',
  };
}
