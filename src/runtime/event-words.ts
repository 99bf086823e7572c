import type { ContainerAction } from './driver.ts';
import type { Health } from './observed.ts';

/** What docker calls an action, for engines that have no words of their own. */
export function eventWords(action: ContainerAction, health: Health | undefined): string {
  return action === 'health' ? `health_status: ${health ?? 'none'}` : action;
}
