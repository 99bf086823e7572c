/** Changes of network devices as data: the kernel gets them by netlink, or by `ip -batch`. */
export type LinkChange =
  | { readonly kind: 'up'; readonly device: string }
  | { readonly kind: 'bridge'; readonly name: string; readonly mac: string; readonly mtu: number }
  | {
      /** A pair of devices: one in the namespace at hand, which is up, and its peer, which is not yet. */
      readonly kind: 'pair';
      readonly name: string;
      readonly mtu: number;
      /** The bridge whose port it becomes. */
      readonly bridge?: string;
      readonly peer: { readonly name: string; readonly namespace: Namespace; readonly mac?: string };
    }
  /** A port of a bridge that reaches none of the other ports. */
  | { readonly kind: 'isolate'; readonly device: string }
  | { readonly kind: 'address'; readonly device: string; readonly address: string; readonly prefix: number }
  | {
      readonly kind: 'route';
      readonly device: string;
      /** A subnet; absent: everything that no other route is for. */
      readonly to?: string;
      readonly family: 4 | 6;
      /** Absent: on the link itself. */
      readonly via?: string;
      /** In the table that is looked at first. */
      readonly isLocal?: boolean;
    }
  /** Of IPv4: which packets the table of local addresses is for, and which ones go nowhere. */
  | {
      readonly kind: 'rule';
      readonly priority: number;
      readonly action: 'look up local' | 'drop';
      /** Packets that come in by this device only. */
      readonly from?: string;
      readonly to?: string;
    }
  | { readonly kind: 'no-rule'; readonly priority: number }
  /** Of that device only: others may have a way there of their own. One that is gone already is no error. */
  | { readonly kind: 'no-route'; readonly device: string; readonly to: string }
  /**
   * Resolves a race: a device whose other end came up after it lets nothing through until the kernel has looked at it,
   * which it does on a thread of its own, and at once for who asks about the device (Linux 6.10 on). What is lost until
   * then is a neighbour's first question, which is repeated a second later.
   */
  | { readonly kind: 'ready'; readonly device: string }
  /** Below /proc/sys of the namespace. */
  | { readonly kind: 'setting'; readonly path: string; readonly value: string }
  /** The pair goes with one end. A device that is gone already is no error. */
  | { readonly kind: 'remove'; readonly devices: readonly string[] };

/** The host's own, or the one of that path. */
export type Namespace = { readonly kind: 'host' } | { readonly kind: 'named'; readonly path: string };

export const hostNamespace: Namespace = { kind: 'host' };

export interface Work {
  readonly namespace: Namespace;
  /** The namespace is new; it gets its name when all changes of the call are done. */
  readonly make?: boolean;
  /** Paths below /proc/sys, written before the changes. */
  readonly settings?: readonly (readonly [path: string, value: string])[];
  readonly changes: readonly LinkChange[];
}

/** Who carries out changes. In the order of the list; at a failure, new namespaces are gone again. */
export interface Links {
  run(work: readonly Work[]): Promise<void>;
}
