import type { PullProgress } from '../../../images/index.ts';
import type { Output } from '../../io.ts';
import { formatBytes } from '../../output/quantities.ts';

/** One line of a terminal that tells how far it is. */
export function progressLine(output: Output) {
  const clear = () => output.write('\r\u001b[K');
  return {
    clear,
    show: ({ current, total, text }: PullProgress): void => {
      clear();
      output.write(`${formatBytes(current)} of ${formatBytes(total)}, ${text}`);
    },
  };
}
