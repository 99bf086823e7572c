import type { CommandRunner } from '../system/run-command.ts';
import { devicePrefix } from './firewall.ts';
import { isDual, type NetworkState } from './state.ts';

/** Those that keep rules about what is forwarded, for all that the machine passes on. */
export interface OtherFirewalls {
  /** Has them let packets of our devices pass while there is a network. */
  tell(state: NetworkState): Promise<void>;
  /** What they have not taken in of what this process has asked for, in a sentence for each. */
  refusals(): readonly string[];
}

export interface OtherFirewallsOptions {
  readonly tag: string;
  readonly run: CommandRunner;
  /** Whether they have such rules. */
  readonly isShared: (family: 4 | 6) => boolean;
}

/** What other firewalls shall let through is told to them once by each process, and taken back with the last network. */
export function otherFirewalls({ tag, run, isShared }: OtherFirewallsOptions): OtherFirewalls {
  const told = new Set<4 | 6>();
  const refused = new Map<4 | 6, string>();
  const tellOne = async (family: 4 | 6, networks: NetworkState['networks']): Promise<void> => {
    const command = family === 4 ? 'iptables' : 'ip6tables';
    const refusal = await passThrough(run, command, tag, networks.length > 0);
    refused.delete(family);
    told.delete(family);
    if (networks.length === 0) return;
    // One that refuses is asked again with the next change.
    if (refusal === undefined) told.add(family);
    else if (family === 4 || networks.some(isDual)) refused.set(family, refusalText(command, tag, refusal));
  };
  return {
    async tell({ networks }) {
      const isWanted = networks.length > 0;
      // What another process has told is taken back as well.
      const families = ([4, 6] as const).filter((family) =>
        told.has(family) ? !isWanted : isShared(family),
      );
      await Promise.all(families.map((family) => tellOne(family, networks)));
    },
    refusals: () => [...refused.values()],
  };
}

function refusalText(command: string, tag: string, reason: string): string {
  const rules = acceptRules(tag).map((rule) => `${command} -I ${rule}`);
  return `${command} refuses to let the packets of containers pass (${reason}): where it drops what it does not know, as beside Docker, published ports do not answer and containers reach no other machine; as root: ${rules.join(' && ')}`;
}

/**
 * Docker and other firewalls drop what is forwarded unless one of their own rules accepts it: a rule in our table cannot
 * undo that. Machines without iptables have no such firewall. Somebody may change rules at the same moment, for which the
 * command fails; then it looks again. Resolves to what the command says when it goes on to fail.
 */
async function passThrough(
  run: CommandRunner,
  command: string,
  tag: string,
  isWanted: boolean,
): Promise<string | undefined> {
  const attempt = async (): Promise<string | undefined> => {
    const found = await run([command, '-w', '-S', 'FORWARD']);
    if (found.exitCode !== 0) return reasonOf(found);
    const missing = acceptRules(tag).filter((rule) => found.stdout.includes(rule) !== isWanted);
    if (missing.length === 0) return undefined;
    const input = ['*filter', ...missing.map((rule) => `${isWanted ? '-I' : '-D'} ${rule}`), 'COMMIT', ''];
    const changed = await run([`${command}-restore`, '-w', '-n'], input.join('\n'));
    return changed.exitCode === 0 ? undefined : reasonOf(changed);
  };
  let refusal: string | undefined;
  try {
    for (let tries = 0; tries < mostTries; tries += 1) {
      refusal = await attempt();
      if (refusal === undefined) return undefined;
    }
    return refusal;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

const mostTries = 4;

function acceptRules(tag: string): readonly string[] {
  return ['-i', '-o'].map((direction) => `FORWARD ${direction} ${devicePrefix(tag)}+ -j ACCEPT`);
}

function reasonOf({ exitCode, stderr }: Awaited<ReturnType<CommandRunner>>): string {
  return stderr.trim().split('\n')[0] || `it ends with ${exitCode}`;
}
