/** What Docker takes for the name of a container; anything else could lead out of the folder that names are kept in. */
export function isContainerName(text: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(text);
}

/** For hints. */
export const containerNameRule =
  'Use two or more letters, digits, `_`, `.` and `-`, a letter or digit first.';
