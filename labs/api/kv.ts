/**
 * `consensus-labs/kv`: the student API of the key/value lab. A submission is a folder with `server.ts`, which exports
 * `class KvServer`, and `clerk.ts`, which exports `class Clerk` (each may be a `.js`).
 */
import type { ClientEnd as AnyEnd } from "./index.ts";
import { part as anyPart } from "./part.ts";

export { decode, encode } from "./codec.ts";
export type { Persister, RpcArgs, RpcReply } from "./index.ts";

/** A handle on a server: `await servers[0].call("method", args)` calls any of its public methods but `getState` and `kill`. */
export type ClientEnd<Peer> = AnyEnd<Peer, keyof KvServerPeer>;

/**
 * Handles on what the servers keep in one of their fields: `part(peers, "raft")[2].call("appendEntries", …)` reaches the object
 * in `this.raft` of server 2. A Raft that is given them talks to the other servers' Rafts.
 */
export const part = anyPart as <Service>(ends: readonly object[], name: string) => AnyEnd<Service>[];

/** What a server is told beside its place. */
export interface KvOptions {
  /** Raft's saved state should stay below eight times this many bytes, by snapshots; null: never take a snapshot. */
  readonly maxStateBytes: number | null;
}

/**
 * What `server.ts` exports as `class KvServer`. Its constructor is
 *
 *     constructor(peers: ClientEnd<KvServer>[], me: number, persister: Persister, options: KvOptions)
 *
 * where `peers` has one handle for every server, `peers[me]` being this one. It makes its Raft with `part(peers, "raft")`, keeps
 * it in its field `raft`, and restores its own state from `persister.readSnapshot()`. All further public methods are RPCs.
 */
export interface KvServerPeer {
  /** Its Raft's state. Asked often: it must change nothing. */
  getState(): { term: number; isLeader: boolean };
  /** Stop: after it this server makes no further calls and saves. (A crash never calls it.) */
  kill(): void;
}

/**
 * What `clerk.ts` exports as `class Clerk`: a client of the store. Its constructor is
 *
 *     constructor(servers: ClientEnd<KvServer>[], me: number)
 *
 * where `me` is another number in each clerk of a run. Its methods never reject and never give up: they answer when the
 * operation was done, once, however long that takes. The next call may come before the last one has answered.
 */
export interface KvClerk {
  /** What stands under the key; "" when nothing was ever written there. */
  get(key: string): Promise<string>;
  /** Replaces what stands under the key. */
  put(key: string, value: string): Promise<void>;
  /** Adds to the end of what stands under the key. */
  append(key: string, value: string): Promise<void>;
  /** Replaces what stands under the key if that is `expected`. Answers whether it did, and what stands there afterwards. */
  cas(key: string, expected: string, value: string): Promise<{ swapped: boolean; value: string }>;
}
