import { quote } from '../../../core/text.ts';
import type { BlameRule } from './rule.ts';

/** What keeps networks and volumes from being made. */
export const resourceRules: readonly BlameRule[] = [
  {
    pattern: /looking up volume plugin (.+?):/,
    judge: ({ project, resource, caught: [driver = ''] }) => {
      const key = keyOf(project.volumes, resource);
      if (key === undefined) return undefined;
      return {
        path: ['volumes', key, 'driver'],
        code: 'run.setting',
        message: `cannot create volume ${quote(resource)}: the engine has no volume driver ${quote(driver)}`,
        hint: 'Install the plugin on its machine, or take the setting out to use the driver "local".',
      };
    },
  },
  {
    pattern: /(?:looking up network plugin|plugin "|could not resolve driver )"?([\w./:-]+)"?/,
    judge: ({ project, resource, caught: [driver = ''] }) => {
      const key = keyOf(project.networks, resource);
      if (key === undefined || project.networks.get(key)?.driver !== driver) return undefined;
      return {
        path: ['networks', key, 'driver'],
        code: 'run.setting',
        message: `cannot create network ${quote(resource)}: the engine has no network driver ${quote(driver)}`,
        hint: 'Usual ones are "bridge", "macvlan" and "ipvlan"; others are plugins to install.',
      };
    },
  },
  {
    // The native engine names the setting itself.
    pattern: /cannot honour (networks|volumes)\.(\S+?): /,
    judge: ({ project, resource, caught: [kind = '', field = ''] }) => {
      const key = keyOf(kind === 'networks' ? project.networks : project.volumes, resource);
      if (key === undefined || !field.startsWith(`${key}.`)) return undefined;
      const setting = field.slice(key.length + 1);
      const option = /^(driver_opts)\.(.*)$/.exec(setting)?.slice(1);
      return { path: [kind, key, ...(option ?? setting.split('.'))] };
    },
  },
  {
    pattern: /overlaps/,
    judge: ({ project, resource }) => {
      const key = keyOf(project.networks, resource);
      return key === undefined ? undefined : { path: ['networks', key, 'ipam', 'config'] };
    },
  },
];

/** Undefined for what is none of them: the same words may come for a container. */
function keyOf(resources: ReadonlyMap<string, { readonly name: string }>, name: string): string | undefined {
  return [...resources].find(([, resource]) => resource.name === name)?.[0];
}
