import { quote } from '../../../core/text.ts';
import type { BlameRule } from './rule.ts';

/** What keeps networks and volumes from being made. */
export const resourceRules: readonly BlameRule[] = [
  {
    pattern: /looking up volume plugin (.+?):/,
    judge: ({ project, resource, caught: [driver = ''] }) => ({
      path: ['volumes', keyOf(project.volumes, resource), 'driver'],
      code: 'run.setting',
      message: `cannot create volume ${quote(resource)}: the engine has no volume driver ${quote(driver)}`,
      hint: 'Install the plugin on its machine, or take the setting out to use the driver "local".',
    }),
  },
  {
    pattern: /(?:looking up network plugin|plugin "|could not resolve driver )"?([\w./:-]+)"?/,
    judge: ({ project, resource, caught: [driver = ''] }) =>
      [...project.networks.values()].some((network) => network.name === resource && network.driver === driver)
        ? {
            path: ['networks', keyOf(project.networks, resource), 'driver'],
            code: 'run.setting',
            message: `cannot create network ${quote(resource)}: the engine has no network driver ${quote(driver)}`,
            hint: 'Usual ones are "bridge", "macvlan" and "ipvlan"; others are plugins to install.',
          }
        : undefined,
  },
  {
    pattern: /overlaps/,
    judge: ({ project, resource }) => ({
      path: ['networks', keyOf(project.networks, resource), 'ipam', 'config'],
    }),
  },
];

function keyOf(resources: ReadonlyMap<string, { readonly name: string }>, name: string): string {
  return [...resources].find(([, resource]) => resource.name === name)?.[0] ?? name;
}
