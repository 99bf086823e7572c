/**
 * What Docker takes for the name of a container or a volume; anything else could lead out of the folder that what has the
 * name is kept in.
 */
export function isEngineName(text: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(text);
}

/** For hints. */
export const engineNameRule = 'Use two or more letters, digits, `_`, `.` and `-`, a letter or digit first.';
