/** Every code of `flotilla lint`; docs/lint.md has a section for each, and a test tries its examples. */
export const lintCodes = [
  // images
  'lint.latest-tag',
  // commands and start
  'lint.command-operator',
  'lint.legacy-links',
  'lint.restart-conflict',
  'lint.zero-grace-period',
  'lint.swarm-only',
  // health
  'lint.no-healthcheck',
  'lint.healthcheck-shell',
  'lint.start-interval',
  // ports
  'lint.open-database-port',
  'lint.same-host-port',
  'lint.scaled-port',
  'lint.ignored-ports',
  'lint.unquoted-port',
  // environment
  'lint.plain-secret',
  'lint.same-variable-twice',
  'lint.number-rewritten',
  'lint.swallowed-dollar',
  'lint.env-file-shadowed',
  'lint.localhost-database',
  // mounts
  'lint.docker-socket',
  'lint.host-root',
  'lint.missing-bind-source',
  'lint.mount-option',
  'lint.mount-over-system',
  // rights
  'lint.privileged',
  'lint.host-namespace',
  'lint.dangerous-capability',
  'lint.unconfined',
  // values
  'lint.refused-value',
  // limits and files
  'lint.reservation-above-limit',
  'lint.memory-too-small',
  'lint.decimal-mode',
  // the file itself
  'lint.unused-resource',
  'lint.unknown-code',
] as const;

export type LintCode = (typeof lintCodes)[number];
