import { FlotillaError } from '../../../core/error.ts';
import type { CommandRunner } from './command.ts';
import { devicePrefix, firewallText, noFirewallText } from './firewall.ts';
import type { Books } from './ledger.ts';

export interface Firewall {
  /** Makes the firewall as the books say; without a network, nothing of it stays. */
  write(books: Books): Promise<void>;
}

export function createFirewall(tag: string, run: CommandRunner): Firewall {
  /** What other firewalls shall let through is told to them once by each process, and again after it was taken back. */
  let isTold = false;
  const tell = async (isWanted: boolean): Promise<void> => {
    if (isWanted && isTold) return;
    isTold = isWanted;
    await Promise.all(['iptables', 'ip6tables'].map((command) => passThrough(run, command, tag, isWanted)));
  };
  return {
    async write({ state, running }) {
      const isWanted = state.networks.length > 0;
      const text = isWanted ? firewallText(tag, state, running) : noFirewallText(tag);
      const [rules] = await Promise.allSettled([nft(run, text), tell(isWanted)]);
      if (rules.status === 'rejected') throw rules.reason;
    },
  };
}

async function nft(run: CommandRunner, text: string): Promise<void> {
  let failure: string;
  try {
    const { exitCode, stderr } = await run(['nft', '-f', '-'], text);
    if (exitCode === 0) return;
    failure = stderr.trim().split('\n')[0] ?? '';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new FlotillaError('engine.capability', 'the native engine needs the program nft for networks', {
      hint: 'Install nftables: `apt-get install nftables`, say.',
      cause: error,
    });
  }
  throw new FlotillaError('engine.request', `the firewall refuses the rules of the engine: ${failure}`);
}

/**
 * Docker and other firewalls drop what is forwarded unless one of their own rules accepts it: a rule in our table cannot
 * undo that. Machines without iptables have no such firewall.
 */
async function passThrough(
  run: CommandRunner,
  command: string,
  tag: string,
  isWanted: boolean,
): Promise<void> {
  try {
    const { exitCode, stdout } = await run([command, '-w', '-S', 'FORWARD']);
    if (exitCode !== 0) return;
    const device = `${devicePrefix(tag)}+`;
    const rules = ['-i', '-o'].map((direction) => `FORWARD ${direction} ${device} -j ACCEPT`);
    const missing = rules.filter((rule) => stdout.includes(rule) !== isWanted);
    if (missing.length === 0) return;
    const input = ['*filter', ...missing.map((rule) => `${isWanted ? '-I' : '-D'} ${rule}`), 'COMMIT', ''];
    await run([`${command}-restore`, '-w', '-n'], input.join('\n'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
