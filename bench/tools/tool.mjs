// @ts-check
/**
 * A program under measurement.
 *
 * @typedef {'version' | 'config' | 'up' | 'up-again' | 'ps' | 'down'} Operation
 *
 * @typedef {object} Project where a stack's files lie, one folder per stack
 * @property {string} name
 * @property {string} folder holds compose.yaml, requests.json and floor.txt
 *
 * @typedef {object} Tool
 * @property {string} name as `--tools` takes it
 * @property {string} title
 * @property {string} version
 * @property {'docker' | 'native' | 'floor'} world where it runs its containers
 * @property {true} [probesItself] it may take a service for healthy before the engine has probed it
 * @property {string} [program] path, for who prepares something with it
 * @property {(operation: Operation, project: Project) => import('../measure.mjs').Command | undefined} command undefined
 *   when the tool has no such operation
 *
 * @typedef {object} MissingTool
 * @property {string} name
 * @property {string} missing why it does not take part
 */

/**
 * The command line that flotilla and docker compose share.
 * @param {Operation} operation
 * @param {Project} project
 * @returns {readonly string[]}
 */
export function composeArguments(operation, project) {
  if (operation === 'version') return ['version'];
  const words = operation === 'up' || operation === 'up-again' ? ['up', '-d'] : [operation];
  return ['-p', project.name, ...words];
}
