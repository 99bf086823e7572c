export interface TerminalSize {
  readonly columns?: number;
  readonly rows?: number;
  /** A command line that runs on the same terminal when the command has ended; then its exit code counts. */
  readonly afterwards?: string;
}

/**
 * Wraps a command so that it runs on a pseudo terminal; standard input becomes its keyboard, and all output, with
 * control sequences, comes on standard output. Uses `script`, which every Debian has.
 */
export function terminalCommand(
  command: readonly string[],
  { columns = 100, rows = 30, afterwards }: TerminalSize = {},
): readonly string[] {
  const line = command.map(quote).join(' ');
  const rest = afterwards === undefined ? `exec ${line}` : `${line}; ${afterwards}`;
  return ['script', '-qefc', `stty cols ${columns} rows ${rows}; ${rest}`, '/dev/null'];
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
