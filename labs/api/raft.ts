/**
 * `consensus-labs/raft`: the Raft that later labs build on, and the types of lab 2.
 *
 * The class is ours, and is there as a value in labs above it only; in lab 2, where you write it, its types can be imported.
 */
import type { ApplyMsg, ClientEnd, Persister, RaftPeer } from "./index.ts";

export type { ApplyMsg, ClientEnd, Persister, RaftPeer, RpcArgs, RpcName, RpcReply } from "./index.ts";

/**
 * A Raft peer inside a process of yours, which hands its messages on:
 *
 *     this.raft = new Raft(part(peers, "raft"), me, persister, (msg) => this.apply(msg));
 *
 * The object must stand in the field that `part` names. It restores what `persister` holds, starts its timers and returns;
 * `apply` is called with all that was committed, in order, from index 1, or from behind the snapshot that `persister` holds.
 */
export declare class Raft implements RaftPeer {
  constructor(peers: ClientEnd<Raft>[], me: number, persister: Persister, apply: (msg: ApplyMsg) => void);
  getState(): { term: number; isLeader: boolean };
  start(command: unknown): { index: number; term: number; isLeader: boolean };
  snapshot(index: number, snapshot: Uint8Array): void;
  kill(): void;
}
