/**
 * `consensus-labs/paxos`: the student API of the Paxos lab. A submission is a folder with `paxos.ts` (or `paxos.js`) that
 * exports `class Paxos`.
 */
import type { ClientEnd as AnyEnd } from "./index.ts";

export { decode, encode } from "./codec.ts";
export type { Persister, RpcArgs, RpcReply } from "./index.ts";

/** A handle on a peer: `await peers[2].call("prepare", args)` calls any of its public methods but the four of `PaxosPeer`. */
export type ClientEnd<Peer> = AnyEnd<Peer, keyof PaxosPeer>;

/** What a peer hands to the service above it: the value that was chosen for a slot. */
export interface Decision {
  slot: number;
  value: unknown;
}

/**
 * What `paxos.ts` exports as `class Paxos` (`class Paxos implements PaxosPeer`). Its constructor is
 *
 *     constructor(peers: ClientEnd<Paxos>[], me: number, persister: Persister, decide: (decision: Decision) => void)
 *
 * where `peers` has one handle for every peer, `peers[me]` being this one. It restores what `persister` holds and returns.
 * Slots are 0, 1, 2, …; each is an instance of Paxos by itself, and every peer is proposer, acceptor and learner of all.
 *
 * `decide` is to be called once for each slot, as soon as this peer knows which value was chosen there. A peer that restarted
 * may call it again for what it had decided before, and must when `start` is called for such a slot again. It may be called
 * at any moment.
 *
 * All further public methods are RPC handlers with names of your choice. A handler may be async, and must answer with
 * something other than null or undefined.
 */
export interface PaxosPeer {
  /**
   * The service wants agreement on that slot, and proposes `value`: plain data. Returns at once; the peer goes on by itself
   * until it knows what was chosen, which may be another peer's value. A slot below `min` is ignored.
   */
  start(slot: number, value: unknown): void;
  /**
   * The service of this peer needs nothing of the slots up to and including `slot` any more. Once those of all peers have
   * said so, peers may forget them.
   */
  done(slot: number): void;
  /**
   * `max`: the highest slot that this peer knows of, −1 at first. `min`: one more than the least of what all peers have said
   * by `done`, as far as this peer knows; 0 at first. What lies below is forgotten. `min` never
   * falls while the peer lives; after a restart both are what it knows from its saved state. Asked often: it must change nothing.
   */
  getState(): { max: number; min: number };
  /** Stop: after it this peer makes no further calls, saves and decisions. (A crash never calls it.) */
  kill(): void;
}
