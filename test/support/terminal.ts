export interface TerminalSize {
  readonly columns?: number;
  readonly rows?: number;
}

/**
 * Wraps a command so that it runs on a pseudo terminal; standard input becomes its keyboard, and all output, with
 * control sequences, comes on standard output. Uses `script`, which every Debian has.
 */
export function terminalCommand(
  command: readonly string[],
  { columns = 100, rows = 30 }: TerminalSize = {},
): readonly string[] {
  const line = command.map(quote).join(' ');
  return ['script', '-qefc', `stty cols ${columns} rows ${rows}; exec ${line}`, '/dev/null'];
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
