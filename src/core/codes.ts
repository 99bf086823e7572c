/**
 * Every code that a Diagnostic or a FlotillaError can carry. docs/errors.md has a paragraph for each; a test
 * compares the two. A code is `<area>.<what>`; once released it keeps its meaning.
 */
export const errorCodes = [
  // compose: what is wrong with the files
  'compose.no-file',
  'compose.unreadable-file',
  'compose.yaml-syntax',
  'compose.duplicate-key',
  'compose.limit-exceeded',
  'compose.invalid-type',
  'compose.unknown-key',
  'compose.missing-key',
  'compose.invalid-value',
  'compose.invalid-interpolation',
  'compose.unset-variable',
  'compose.required-variable',
  'compose.env-file-syntax',
  'compose.project-name',
  'compose.undefined-service',
  'compose.undefined-resource',
  'compose.dependency-cycle',
  'compose.include-cycle',
  'compose.extends',
  'compose.merge',
  'compose.conflict',
  'compose.no-service',
  'compose.obsolete',
  'compose.unsupported',
  // engine: the runtime is missing or fails
  'engine.not-found',
  'engine.permission',
  'engine.refused',
  'engine.too-old',
  'engine.tls',
  'engine.ssh',
  'engine.context',
  'engine.lost',
  'engine.not-an-engine',
  'engine.request',
  'engine.conflict',
  'engine.disk-full',
  'engine.port-in-use',
  'engine.address-pool',
  'engine.capability',
  // images
  'image.not-found',
  'image.denied',
  'image.pull',
  'image.build-unsupported',
  // runs: what happened while a plan was carried out
  'run.dependency-failed',
  'run.unhealthy',
  'run.exited',
  'run.no-healthcheck',
  'run.wait-timeout',
  'run.external-missing',
  'run.container-missing',
  'run.question',
  'run.orphans',
  'run.nothing-to-remove',
  'run.cancelled',
  // command line
  'cli.usage',
  'cli.output',
] as const;

export type ErrorCode = (typeof errorCodes)[number];
