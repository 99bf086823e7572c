export function isKill(signalName: string): boolean {
  return signalNameOf(signalName) === 'SIGKILL';
}

/** `9`, `KILL` and `SIGKILL` are one. */
export function signalNameOf(text: string): string {
  return `SIG${(byNumber[text] ?? text).toUpperCase().replace(/^SIG/, '')}`;
}

const byNumber: Readonly<Record<string, string>> = {
  '1': 'HUP',
  '2': 'INT',
  '3': 'QUIT',
  '9': 'KILL',
  '10': 'USR1',
  '12': 'USR2',
  '15': 'TERM',
};
