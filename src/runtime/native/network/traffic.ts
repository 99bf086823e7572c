import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Bytes since a network namespace was made. */
export interface Traffic {
  readonly received: number;
  readonly sent: number;
}

/**
 * Of all devices that the network of a process has, without its loopback; nothing when it has the host's. Undefined when
 * it cannot be told: the process has ended, say.
 */
export function trafficOf(pid: number): Traffic | undefined {
  const host = readlinkSync('/proc/self/ns/net');
  for (const thread of threadsOf(pid)) {
    try {
      if (readlinkSync(`${thread}/ns/net`) === host) return { received: 0, sent: 0 };
      return trafficIn(readFileSync(`${thread}/net/dev`, 'utf8'));
    } catch {
      // A process whose first thread has ended has its network through the others.
    }
  }
  return undefined;
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  } catch {
    return [];
  }
}

/** A line for each device below two of titles, see proc_pid_net(5): eight figures of what came, eight of what went. */
export function trafficIn(text: string): Traffic {
  const devices = text.split('\n').flatMap((line) => {
    const [, name, figures = ''] = /^ *([^:|]+):(.*)$/.exec(line) ?? [];
    return name === undefined || name === 'lo' ? [] : [figures.trim().split(/ +/).map(Number)];
  });
  return devices.reduce<Traffic>(
    (sum, figures) => ({ received: sum.received + (figures[0] ?? 0), sent: sum.sent + (figures[8] ?? 0) }),
    { received: 0, sent: 0 },
  );
}
