/**
 * What an OCI runtime said when it refused, without its frame, and in the words of runc: those are what people search the
 * web for, and what explanations of failures go by. `program` is the first word of what was to be run.
 */
export function runtimeWords(said: string, program: string): string {
  const text = withoutFrame(said);
  for (const { pattern, words } of translations) {
    const match = pattern.exec(text);
    if (match !== null)
      return words(
        match.slice(1).map((word) => word ?? ''),
        program,
      );
  }
  return text;
}

/** runc logs in the form `time="…" level=error msg="runc create failed: …"`. */
function withoutFrame(said: string): string {
  const line = said.trim();
  const logged = /level=error msg="((?:[^"\\]|\\.)*)"/s.exec(line)?.[1];
  return (logged?.replace(/\\(.)/g, '$1') ?? line)
    .replace(/^(?:runc \w+ failed: |exec failed: )/, '')
    .replace(/^unable to start container process: /, '');
}

interface Translation {
  readonly pattern: RegExp;
  readonly words: (caught: readonly string[], program: string) => string;
}

/** From crun's words. */
const translations: readonly Translation[] = [
  {
    pattern: /^executable file `(\/.*)` not found/,
    words: ([file]) => `exec: "${file}": stat ${file}: no such file or directory`,
  },
  {
    pattern: /^executable file `(.+)` not found/,
    words: ([file]) => `exec: "${file}": executable file not found in $PATH`,
  },
  {
    pattern: /^open executable: (?:Permission denied|Operation not permitted)/,
    words: (_, program) => `exec: "${program}": permission denied`,
  },
  {
    pattern: /^mount `(.+)` to `\/?(.*)`: (.+)/,
    words: ([source, target, why = '']) =>
      `error mounting "${source}" to rootfs at "/${target}": ${why.toLowerCase()}`,
  },
  {
    pattern: /^error stat'ing file `(.+)`: No such file/,
    words: ([source]) => `bind source path does not exist: ${source}`,
  },
  {
    pattern: /^chdir `(.+)`: (.+)/,
    words: ([folder, why = '']) => `chdir to cwd ("${folder}"): ${why.toLowerCase()}`,
  },
];
