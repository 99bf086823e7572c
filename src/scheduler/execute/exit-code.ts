/**
 * What an exit code says beyond its number, by the conventions of shells and container runtimes; undefined when it is
 * the program's own affair. See https://tldp.org/LDP/abs/html/exitcodes.html and signal(7).
 */
export function exitCodeMeaning(code: number, oomKilled: boolean): string | undefined {
  if (oomKilled) return `the kernel killed it because ${overLimit}`;
  if (code === 126) return 'its command was found but cannot be executed';
  if (code === 127) return 'its command was not found in the image';
  const signal = signals.get(code - 128);
  if (signal === undefined) return undefined;
  return code === 137 ? `${signal}; its own memory limit was not the reason` : signal;
}

export const overLimit = 'it used more memory than its limit';

const signals: ReadonlyMap<number, string> = new Map([
  [1, 'ended by SIGHUP'],
  [2, 'ended by SIGINT'],
  [3, 'ended by SIGQUIT'],
  [4, 'ended by SIGILL: its program is for another processor'],
  [6, 'it aborted itself (SIGABRT)'],
  [7, 'ended by SIGBUS: it touched memory that is not there'],
  [8, 'ended by SIGFPE: it calculated what cannot be calculated'],
  [9, 'killed by SIGKILL'],
  [11, 'it crashed (SIGSEGV)'],
  [13, 'ended by SIGPIPE: who read its output went away'],
  [14, 'ended by SIGALRM'],
  [15, 'ended by SIGTERM'],
]);
