/**
 * The student API: all that a submission may import, and what it must export.
 *
 * For lab 2 a submission is a folder with `raft.ts` (or `raft.js`) that exports `class Raft`; further files may lie beside it.
 * What other labs ask for stands in modules of their own, such as `consensus-labs/kv`.
 * Everything else a submission can use is a global of its own peer (`labs/api/globals.d.ts`).
 */
export { decode, encode } from "./codec.ts";

/** Names of the methods that the service calls on its own peer. They are not RPCs. */
export type LocalMethod = keyof RaftPeer;

/**
 * The methods of `Peer` that other peers can call: its public methods with at most one parameter, except the four
 * that the service calls (`getState`, `start`, `snapshot`, `kill`). Mark helpers `private` to keep them off this list.
 */
export type RpcName<Peer, Local = LocalMethod> = {
  // A target of `void` lets the compiler decide this without the method's return type, which may depend on a call.
  [Name in keyof Peer]: IsAny<Peer[Name]> extends true
    ? never
    : [Peer[Name]] extends [(args: never) => void]
      ? Exclude<Name & string, Local>
      : never;
}[keyof Peer];

/** In brackets, since otherwise one field whose type is an error would make an error of every call. */
type IsAny<T> = [0] extends [1 & T] ? true : false;

/** What the method takes: the type of its parameter, or nothing worth sending (`null` or `{}`) when it has none. */
export type RpcArgs<Peer, Name extends keyof Peer> = Peer[Name] extends () => void
  ? null | Record<string, never>
  : Peer[Name] extends (args: infer Args) => void
    ? Args
    : never;

/** What the method answers, without the promise of an `async` one. */
export type RpcReply<Peer, Name extends keyof Peer> = Peer[Name] extends (args: never) => infer Reply
  ? Awaited<Reply>
  : never;

/**
 * One peer's handle on another, and the only way to talk to it. `peers[me]` reaches oneself, through the network too.
 *
 * The network may lose, delay, reorder and (in some scenarios) duplicate what is sent. Arguments and replies are copied
 * when they are sent: what either side changes afterwards is not seen by the other.
 */
export interface ClientEnd<Peer, Local = LocalMethod> {
  /**
   * Calls a method of the other peer by name: `await peers[2].call("requestVote", { term, candidateId, ... })`.
   *
   * @param method a public method of the class, checked by the compiler.
   * @param args data as `encode` takes it: null, booleans, finite numbers, strings, `Uint8Array`, arrays, plain objects.
   *   Fields that are undefined are left out. Anything else ends the run as an `api` failure that names the field.
   * @returns the reply; or null when the request or the reply was lost, or the peer is down. Resolves after 7 seconds of
   *   virtual time at the latest, and never rejects. A null does not say whether the method ran.
   */
  call<Name extends RpcName<Peer, Local>>(
    method: Name,
    args: RpcArgs<Peer, Name>,
  ): Promise<RpcReply<Peer, Name> | null>;
}

/** What survives a crash of this peer: one state, and one snapshot. Both are bytes that only Raft gives a meaning. */
export interface Persister {
  /**
   * Replaces the state, and the snapshot too when one is given, in one atomic step: after a crash either both or neither
   * are there. Without `snapshot` the one saved before stays.
   */
  save(state: Uint8Array, snapshot?: Uint8Array): void;
  /** The state saved last; empty on the first boot. */
  readState(): Uint8Array;
  /** The snapshot saved last; empty when there is none. */
  readSnapshot(): Uint8Array;
  /** Size of the saved state in bytes, without the snapshot. */
  stateSize(): number;
}

/**
 * What Raft hands to the service above it, in order of log index, without gap or repeat.
 *
 * `command`: the committed command at `index`, as `start` was given it.
 * `noop`: `index` holds an entry of the leader's own, if the implementation uses them; the service skips it.
 * `snapshot`: the service replaces its state with `snapshot`, which covers everything up to and including `index`;
 * `term` is that entry's term. The next message is for `index + 1`.
 */
export type ApplyMsg =
  | { kind: "command"; index: number; command: unknown }
  | { kind: "noop"; index: number }
  | { kind: "snapshot"; index: number; term: number; snapshot: Uint8Array };

/**
 * What `raft.ts` of a submission exports as `class Raft` (`class Raft implements RaftPeer`). Its constructor is
 *
 *     constructor(peers: ClientEnd<Raft>[], me: number, persister: Persister, apply: (msg: ApplyMsg) => void)
 *
 * where `peers` has one handle for every peer, `peers[me]` being this one. It restores what `persister` holds, starts
 * its timers and returns. `apply` may be called at any moment. Log indices start at 1, terms at 0 before any election.
 *
 * All further public methods are RPC handlers with names of your choice; the paper's Figures 2 and 13 have RequestVote,
 * AppendEntries and InstallSnapshot. A handler may be async, and must answer with something other than null or undefined.
 */
export interface RaftPeer {
  /** This peer's current term and whether it believes that it leads. Asked often: it must change nothing. */
  getState(): { term: number; isLeader: boolean };
  /**
   * The service wants `command` replicated. Returns at once, before anything is committed.
   *
   * @returns on a leader the index the command will have if it is ever committed, and the current term; on any other
   *   peer `isLeader` is false and `index` has no meaning.
   */
  start(command: unknown): { index: number; term: number; isLeader: boolean };
  /**
   * The service has made a snapshot of all it applied up to and including `index`: Raft keeps it, and forgets the log
   * entries that it covers. Never called from inside `apply`.
   */
  snapshot(index: number, snapshot: Uint8Array): void;
  /** Stop: after it this peer makes no further calls, saves and applies. (A crash never calls it.) */
  kill(): void;
}
