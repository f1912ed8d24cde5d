/**
 * A run so small that all orders of its events can be played: what the services do, and how many faults there may be. Data, so that each
 * lab says its own.
 */
export interface Instance {
  /** Among those of its lab: `two-proposers`. */
  readonly name: string;
  /** A few words for a list. */
  readonly title: string;
  /** One or two sentences for a student: what can happen in it. */
  readonly about: string;
  /** Cluster size. */
  readonly peers: number;
  /** What the services call, each at any moment; those of the same peers in this order. */
  readonly starts: readonly InstanceStart[];
  /** By peer, how often its timers may fire until it does something. Absent: never. */
  readonly timers?: readonly number[];
  /** So many callers may be told, at any moment, that no answer will come. A message that is merely late needs no budget. */
  readonly lost?: number;
  /** So many requests may arrive a second time. */
  readonly duplicated?: number;
  /** So many crashes, each just after an effect, with a restart that finds what was saved by then. */
  readonly crashes?: number;
  /** Who may crash. Absent: everybody. */
  readonly crashing?: readonly number[];
  /**
   * What a peer sends in or after the step in which it hands something to its service never arrives. Late for ever is legal, and
   * it leaves out what nobody's decision needs any more.
   */
  readonly endsWithUpcall?: boolean;
  /** What it sets of its lab's kind of cluster, as a script does. */
  readonly options?: Readonly<Record<string, number>>;
}

/** One call of `start`. */
export interface InstanceStart {
  /** Where it may be called: at one of them. */
  readonly peers: readonly number[];
  /** What the peer must say of itself then, field by field. Absent: it is called whatever the peer says. */
  readonly where?: Readonly<Record<string, unknown>>;
  readonly command: unknown;
  /** In labs whose peers decide slots: which one. */
  readonly slot?: number;
}
