/**
 * Keys that act elsewhere than in the plan of one small project, and where; support-page.test.ts fails when a key that
 * is named here does change that plan, or when one that does not is missing.
 */
export const acted: Readonly<Record<string, string>> = {
  'services.*.attach': 'whose output `up` shows',
  'services.*.blkio_config.weight_device[].path': 'with its `weight`',
  'services.*.blkio_config.device_read_bps[].path': 'with its `rate`',
  'services.*.blkio_config.device_read_iops[].path': 'with its `rate`',
  'services.*.blkio_config.device_write_bps[].path': 'with its `rate`',
  'services.*.blkio_config.device_write_iops[].path': 'with its `rate`',
  'services.*.build': 'what its image is built from',
  'services.*.build.secrets': 'with top-level `secrets`',
  'services.*.build.secrets[].source': 'with top-level `secrets`',
  'services.*.build.secrets[].target': 'with top-level `secrets`',
  'services.*.build.ulimits.*.soft': 'with `hard`',
  'services.*.build.ulimits.*.hard': 'with `soft`',
  'services.*.configs': 'files in the container',
  'services.*.configs[].source': 'files in the container',
  'services.*.deploy.restart_policy.condition': 'when the engine restarts it',
  'services.*.devices[].permissions': '`rwm` unless given',
  'services.*.env_file': 'variables of the container',
  'services.*.env_file[].path': 'variables of the container',
  'services.*.env_file[].format': 'how the file is read',
  'services.*.env_file[].required': 'whether the file may be missing',
  'services.*.extends': 'the loaded model',
  'services.*.extends.service': 'the loaded model',
  'services.*.extends.file': 'the loaded model',
  'services.*.label_file': 'labels of the container',
  'services.*.models': 'variables of the container',
  'services.*.models.*.endpoint_var': 'variables of the container',
  'services.*.models.*.model_var': 'variables of the container',
  'services.*.networks': 'networks of the container',
  'services.*.networks.*.priority': 'which network comes first',
  'services.*.ports[].target': 'with `published`',
  'services.*.profiles': 'which services take part',
  'services.*.provider.type': 'which program runs',
  'services.*.provider.options': 'what that program is given',
  'services.*.secrets': 'files in the container',
  'services.*.secrets[].source': 'files in the container',
  'services.*.security_opt': 'but for `seccomp` profiles in files: `compose.unsupported`, not there yet',
  'services.*.pre_start[].per_replica': '`compose.unsupported` when true, as in docker compose',
  'services.*.pre_stop': 'commands before a stop',
  'services.*.pre_stop[].command': 'of commands before a stop',
  'services.*.pre_stop[].user': 'of commands before a stop',
  'services.*.pre_stop[].privileged': 'of commands before a stop',
  'services.*.pre_stop[].working_dir': 'of commands before a stop',
  'services.*.pre_stop[].environment': 'of commands before a stop',
  'services.*.volumes[].source': 'what is mounted',
  'services.*.volumes[].bind': 'by the keys below it',
  'services.*.volumes[].tmpfs': 'by the keys below it',
  'services.*.volumes[].image': 'by the keys below it',
  'services.*.volumes_from': 'mounts of another container',
  networks: 'by what is below it',
  volumes: 'by what is below it',
  'networks.*.external.name': 'the old form of `name`',
  'volumes.*.external.name': 'the old form of `name`',
  'volumes.*.driver': 'who makes the volume',
  configs: 'by what is below it',
  'configs.*.content': 'copied into containers',
  'configs.*.environment': 'copied into containers',
  secrets: 'by what is below it',
  'secrets.*.environment': 'copied into containers',
  models: 'by what is below it',
  'models.*.model': 'what Docker Model Runner serves',
  'models.*.context_size': 'how Docker Model Runner serves it',
  'models.*.runtime_flags': 'how Docker Model Runner serves it',
  include: 'the loaded model',
  'include[].path': 'the loaded model',
  'include[].project_directory': 'where relative paths of the included file start',
  'include[].env_file': 'variables of the included file',
};

/** Keys, with all that is below them, that nothing acts on outside a swarm; docker compose neither. */
export const idle: readonly string[] = [
  'version',
  'services.*.build.secrets[].uid',
  'services.*.build.secrets[].gid',
  'services.*.build.secrets[].mode',
  'services.*.deploy.mode',
  'services.*.deploy.endpoint_mode',
  'services.*.deploy.labels',
  'services.*.deploy.update_config',
  'services.*.deploy.rollback_config',
  'services.*.deploy.resources.reservations.cpus',
  'services.*.deploy.resources.reservations.generic_resources',
  'services.*.deploy.restart_policy.delay',
  'services.*.deploy.restart_policy.window',
  'services.*.deploy.placement',
  'services.*.ports[].name',
  'services.*.ports[].mode',
  'services.*.ports[].app_protocol',
  'services.*.volumes[].consistency',
  'configs.*.name',
  'configs.*.labels',
  'secrets.*.name',
  'secrets.*.labels',
  'secrets.*.driver_opts',
  'models.*.name',
];

const later = '`compose.unsupported`, not there yet';
const swarm = '`compose.unsupported`, needs a swarm';

/** Keys that a run refuses, with all that is below them; the code and why. */
export const refused: Readonly<Record<string, string>> = {
  'services.*.credential_spec': '`compose.unsupported`, for Windows containers',
  'services.*.use_api_socket': later,
  'configs.*.external': swarm,
  'configs.*.template_driver': swarm,
  'secrets.*.driver': swarm,
  'secrets.*.external': swarm,
  'secrets.*.template_driver': swarm,
};

/**
 * Keys, with all that is below them, that the native engine refuses, always (`no`) or for some values (`in part`);
 * docs/runtimes.md tells which. Those of containers are tried out by support-page.test.ts.
 */
export const native: Readonly<Record<string, 'no' | 'in part'>> = {
  'services.*.storage_opt': 'no',
  'services.*.gpus': 'no',
  'services.*.deploy.resources.reservations.devices': 'no',
  'services.*.devices': 'in part',
  'services.*.runtime': 'in part',
  'services.*.logging.driver': 'in part',
  'services.*.log_driver': 'in part',
};

/** The same where it is not the container that tells. */
export const nativeElsewhere: typeof native = {
  'services.*.init': 'in part',
  'services.*.isolation': 'in part',
  'services.*.userns_mode': 'in part',
  'services.*.security_opt': 'in part',
  'services.*.volume_driver': 'no',
  'services.*.build.additional_contexts': 'in part',
  'services.*.build.cache_from': 'no',
  'services.*.build.cache_to': 'no',
  'services.*.build.context': 'in part',
  'services.*.build.entitlements': 'no',
  'services.*.build.isolation': 'in part',
  'services.*.build.no_cache_filter': 'no',
  'services.*.build.platforms': 'in part',
  'services.*.build.privileged': 'no',
  'services.*.build.provenance': 'no',
  'services.*.build.sbom': 'no',
  'networks.*.driver': 'in part',
  'volumes.*.driver': 'in part',
};

/** Keys, with all that is below them, that belong to commands or objects which are not there yet. */
export const waiting: Readonly<Record<string, string>> = {
  'services.*.develop': 'for `watch`, which is not there yet',
  'services.*.pull_refresh_after': 'for `pull_policy: refresh`, which is not there yet',
};
