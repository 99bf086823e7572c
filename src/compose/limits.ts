/** What a file may ask of the loader before it is refused; far beyond what real projects need. */
export const limits = {
  /** Characters in one Compose, env or label file. */
  fileLength: 8 * 1024 * 1024,
  /** Words and marks of YAML in one file; 5,000 services have about half of them. */
  words: 1_000_000,
  /** Ports that the ranges of one document stand for. */
  ports: 100_000,
  /** Containers of one service; a bridge of Linux has room for a thousand. */
  replicas: 10_000,
  /** Documents in one file. Each is laid on those before it, so that many of them take long when they are large. */
  documents: 10,
  /** Characters of a file with more documents, times their number. */
  documentWork: 4 * 1024 * 1024,
  /** Collections inside collections. */
  nesting: 200,
  /** Nodes that aliases and merge keys may add to one document. */
  aliasedNodes: 100_000,
  /** Values that services get from those that they extend; 5,000 services with 200 each reach it. */
  inheritedNodes: 1_000_000,
  /** Files that include each other in a chain. */
  includeDepth: 50,
  /** Bases that extend each other in a chain. */
  extendsDepth: 100,
  /** Expressions inside expressions, `${A:-${B:-…}}`. */
  interpolationNesting: 50,
  /** Characters that one value may have, before and after its variables are replaced. */
  valueLength: 1024 * 1024,
  /** Places of one warning, and different warnings about places, that are counted. */
  places: 10_000,
  /** Errors that are told, and warnings. */
  diagnostics: 500,
} as const;
