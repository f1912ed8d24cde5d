import { type Ballot, NO_BALLOT, nameOf } from "./ballot.ts";

export interface Proposal {
  readonly ballot: Ballot;
  readonly value: unknown;
}

/** What survives a crash of one slot. */
export interface Kept {
  readonly slot: number;
  readonly promised: Ballot;
  readonly accepted: Proposal | null;
  readonly chosen: readonly [] | readonly [value: unknown];
}

/** Acceptor and learner of one slot. */
export class Instance {
  promised: Ballot = NO_BALLOT;
  accepted: Proposal | null = null;
  chosen: readonly [] | readonly [value: unknown] = [];
  /** Whether this incarnation has told the service. */
  isTold = false;
  /** By ballot, who said that it accepted. */
  private readonly acceptors = new Map<string, Set<number>>();

  constructor(readonly slot: number) {}

  static restored({ slot, promised, accepted, chosen }: Kept): Instance {
    return Object.assign(new Instance(slot), { promised, accepted, chosen });
  }

  kept(): Kept {
    const { slot, promised, accepted, chosen } = this;
    return { slot, promised, accepted, chosen };
  }

  /** A peer accepted that ballot: whether it is the one that makes a majority. */
  count(ballot: Ballot, peer: number, majority: number): boolean {
    const name = nameOf(ballot);
    const acceptors = this.acceptors.get(name) ?? new Set<number>();
    this.acceptors.set(name, acceptors);
    acceptors.add(peer);
    return acceptors.size === majority;
  }
}
