import { rmSync, statSync } from 'node:fs';
import { FlotillaError } from '../../../core/error.ts';
import type { Locks } from '../system/lock.ts';
import type { CommandRunner } from '../system/run-command.ts';
import { writeWhole } from '../system/write-whole.ts';
import { devicePrefix, firewallText, noFirewallText, tableName } from './firewall.ts';
import { otherFirewalls } from './other-firewalls.ts';
import type { Books, Places } from './state.ts';

export interface Firewall {
  /**
   * Makes the firewall as the books say; without a network, nothing of it stays. Of several that are asked for while one
   * is made, the last is enough.
   */
  request(): Promise<void>;
  /** The same for who needs only what others have asked for so far: it may be on its way already. */
  settle(): Promise<void>;
  /** What other firewalls have not taken in of what this process has asked them for, in a sentence for each. */
  refusals(): readonly string[];
  /**
   * Whether our table is there, and our rules in the tables of others. `writing`: somebody is at it; `behind`: somebody
   * was and did not come to its end.
   */
  traces(): Promise<FirewallTraces>;
}

export interface FirewallTraces {
  readonly table: boolean;
  readonly rules: boolean;
  readonly state: 'done' | 'writing' | 'behind';
}

export interface FirewallOptions {
  readonly tag: string;
  readonly run: CommandRunner;
  readonly locks: Locks;
  readonly places: Places;
  /** Whether other firewalls have rules about what is forwarded. */
  readonly isShared: (family: 4 | 6) => boolean;
  readonly read: () => Books;
  /** After the last network's rules are gone. */
  readonly onEmpty: () => Promise<void>;
}

/**
 * The firewall is written from the books as they are when its turn comes, under a lock of its own: who comes later reads
 * what is newer, and nobody who changes devices has to wait.
 */
export function createFirewall(options: FirewallOptions): Firewall {
  const { places, locks, tag, run, read, onEmpty } = options;
  let next: Promise<void> | undefined;
  let last: { readonly asked: bigint | undefined; readonly written: Promise<void> } | undefined;
  const others = otherFirewalls(options);

  const write = async (): Promise<void> => {
    next = undefined;
    const due = versionOf(places.firewallDue);
    const { state, running } = read();
    const isWanted = state.networks.length > 0;
    const text = isWanted ? firewallText(tag, state, running) : noFirewallText(tag);
    const [rules] = await Promise.allSettled([nft(run, text), others.tell(state)]);
    if (rules.status === 'rejected') throw rules.reason;
    if (!isWanted) await onEmpty();
    // Unless somebody asked again meanwhile.
    if (versionOf(places.firewallDue) === due) rmSync(places.firewallDue, { force: true });
  };

  const request = (): Promise<void> => {
    writeWhole(places.firewallDue, '');
    const mine = next ?? locks.hold(places.firewallLock, write);
    next = mine;
    last = { asked: versionOf(places.firewallDue), written: mine };
    // One that could not even begin is not the next one for ever.
    mine.catch(() => {
      if (next === mine) next = undefined;
    });
    return mine;
  };

  return {
    request,
    settle() {
      const due = versionOf(places.firewallDue);
      if (due === undefined) return Promise.resolve();
      // Asked for by this process and by nobody since: it is being written, or has failed.
      return last?.asked === due ? last.written.catch(request) : request();
    },
    refusals: others.refusals,
    async traces() {
      const isDue = (): boolean => versionOf(places.firewallDue) !== undefined;
      const isBehind = isDue() && (await locks.attempt(places.firewallLock, isDue)) === true;
      const state = isBehind ? 'behind' : isDue() ? 'writing' : 'done';
      const [tables, old, now] = await Promise.all([
        printed(run, ['nft', 'list', 'tables', 'inet']),
        printed(run, ['iptables', '-w', '-S', 'FORWARD']),
        printed(run, ['ip6tables', '-w', '-S', 'FORWARD']),
      ]);
      const table = tables.split('\n').some((line) => line.trim() === `table inet ${tableName(tag)}`);
      return { state, table, rules: `${old}\n${now}`.includes(`${devicePrefix(tag)}+`) };
    },
  };
}

/** What a command prints; nothing where it fails or is not there. */
async function printed(run: CommandRunner, words: readonly [string, ...string[]]): Promise<string> {
  try {
    const { exitCode, stdout } = await run(words);
    return exitCode === 0 ? stdout : '';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function versionOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
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
