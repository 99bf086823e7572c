/** What a file may ask of the loader before it is refused; far beyond what real projects need. */
export const limits = {
  /** Characters in one Compose, env or label file. */
  fileLength: 8 * 1024 * 1024,
  /** Collections inside collections. */
  nesting: 200,
  /** Nodes that aliases and merge keys may add to one document. */
  aliasedNodes: 100_000,
  /** Files that include each other in a chain. */
  includeDepth: 50,
  /** Bases that extend each other in a chain. */
  extendsDepth: 100,
  /** Expressions inside expressions, `${A:-${B:-…}}`. */
  interpolationNesting: 50,
  /** Characters that one interpolated value may have. */
  valueLength: 1024 * 1024,
  /** Errors that are told, and warnings. */
  diagnostics: 500,
} as const;
