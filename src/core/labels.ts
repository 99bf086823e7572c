/**
 * The labels by which docker compose and Flotilla recognise their own containers, networks and volumes.
 * Names and values are docker compose's, so that either tool can take over a project from the other.
 */
const prefix = 'com.docker.compose.';

export const labels = {
  project: `${prefix}project`,
  service: `${prefix}service`,
  version: `${prefix}version`,
  workingDir: `${prefix}project.working_dir`,
  configFiles: `${prefix}project.config_files`,
  environmentFile: `${prefix}project.environment_file`,
  /** `"True"` or `"False"`, spelt as Python does; filters compare the literal. */
  oneOff: `${prefix}oneoff`,
  /** docker compose ignores containers without this label. */
  configHash: `${prefix}config-hash`,
  containerNumber: `${prefix}container-number`,
  /** `service:condition:restart` triples joined by commas. */
  dependsOn: `${prefix}depends_on`,
  /** Id of the image content that the container was made from. */
  image: `${prefix}image`,
  slug: `${prefix}slug`,
  /** On helper containers of docker compose's hooks: they have no config hash, and only `down` takes them away. */
  hook: `${prefix}hook`,
  /** On a recreated container: the name of the one it replaced, without the project. */
  replace: `${prefix}replace`,
  network: `${prefix}network`,
  volume: `${prefix}volume`,
  /** Flotilla's own: what the config hash was made from, as JSON, to tell which field changed. */
  definition: 'dev.flotilla.definition',
  /** On a container: the volume of ours that its configs and secrets are in. */
  filesVolume: 'dev.flotilla.files',
  /** On a container, and on the note about one: digests of what is in its configs and secrets. */
  content: 'dev.flotilla.content',
  /** On a note: the id of the container that it is about. */
  notedContainer: 'dev.flotilla.container',
  /** On a volume that Flotilla made for itself: what for. */
  ownVolume: 'dev.flotilla.volume',
} as const;

/** The docker compose release whose behaviour and label format Flotilla writes. */
export const composeVersion = '5.5.0';
