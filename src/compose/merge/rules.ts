import { compileRules } from '../tree/rules.ts';

/**
 * How two values of one attribute become one. Without a rule mappings recurse, sequences append, scalars replace,
 * and null keeps what was there.
 */
export type MergeRule =
  /** The later value as a whole. */
  | 'replace'
  /** Mapping or `K=V` list; keys of both, the later value of a key wins, even null. */
  | 'pairs'
  /** One value or a list; both lists one after the other. */
  | 'append'
  /** A string stands for the mapping `{context}`; then as usual. */
  | 'build'
  /** A list of names stands for a mapping; then as usual. */
  | 'names'
  | 'dependencies'
  | 'logging'
  | 'host-list'
  | 'address-pools';

export const mergeRules = compileRules<MergeRule>({
  'networks.*.ipam.config': 'address-pools',
  'networks.*.labels': 'pairs',
  'volumes.*.labels': 'pairs',
  'services.*.annotations': 'pairs',
  'services.*.build': 'build',
  'services.*.build.args': 'pairs',
  'services.*.build.additional_contexts': 'pairs',
  'services.*.build.extra_hosts': 'host-list',
  'services.*.build.labels': 'pairs',
  'services.*.command': 'replace',
  'services.*.depends_on': 'dependencies',
  'services.*.deploy.labels': 'pairs',
  'services.*.dns': 'append',
  'services.*.dns_opt': 'append',
  'services.*.dns_search': 'append',
  'services.*.entrypoint': 'replace',
  'services.*.env_file': 'append',
  'services.*.label_file': 'append',
  'services.*.environment': 'pairs',
  'services.*.extra_hosts': 'host-list',
  'services.*.healthcheck.test': 'replace',
  'services.*.labels': 'pairs',
  'services.*.volumes.*.volume.labels': 'pairs',
  'services.*.logging': 'logging',
  'services.*.models': 'names',
  'services.*.networks': 'names',
  'services.*.sysctls': 'pairs',
  'services.*.tmpfs': 'append',
  'services.*.ulimits.*': 'replace',
});
