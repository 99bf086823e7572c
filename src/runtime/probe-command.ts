/** What a health check's `test` executes in the container; engines run the text of `CMD-SHELL` with this shell. */
export function probeCommand(test: readonly string[] | null | undefined): readonly string[] | undefined {
  const [kind, ...words] = test ?? [];
  if (words.length === 0) return undefined;
  return kind === 'CMD' ? words : kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : undefined;
}
