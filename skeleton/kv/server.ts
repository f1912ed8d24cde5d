import { type ClientEnd, type KvOptions, type KvServerPeer, type Persister, part } from "consensus-labs/kv";
import { type ApplyMsg, Raft } from "consensus-labs/raft";
import type { Reply, Request } from "./operations.ts";

/** One server of the store. All of them have the same log, and do what it says in its order. */
export class KvServer implements KvServerPeer {
  /** In this field, so that calls of the other servers' Rafts reach it. */
  private readonly raft: Raft;
  private readonly values = new Map<string, string>();

  constructor(peers: ClientEnd<KvServer>[], me: number, persister: Persister, _options: KvOptions) {
    // TODO (3B): restore what the last snapshot holds: persister.readSnapshot().
    this.raft = new Raft(part(peers, "raft"), me, persister, (msg) => this.apply(msg));
  }

  getState(): { term: number; isLeader: boolean } {
    return this.raft.getState();
  }

  kill(): void {
    this.raft.kill();
  }

  /** A clerk asks for an operation: an RPC, whose name and arguments are yours to choose. */
  async submit(request: Request): Promise<Reply> {
    const { isLeader } = this.raft.start(request);
    if (!isLeader) return { kind: "not-leader" };
    // TODO (3A): wait until the entry was applied here, and answer with its result. What if another entry stands at its index?
    // What if this server no longer leads? A clerk that waits for ever learns nothing.
    return { kind: "not-leader" };
  }

  private apply(msg: ApplyMsg): void {
    // A "noop" is an entry of Raft's own: nothing is to be done, but whoever waits for its index waits in vain.
    // TODO (3B): a message of kind "snapshot" replaces all that this server knows.
    if (msg.kind !== "command") return;
    // TODO (3A): do the operation, once, however often it is in the log; remember its result for whoever asks again.
    // TODO (3B): when persister.stateSize() is larger than options.maxStateBytes, take a snapshot: this.raft.snapshot(index, bytes),
    // not from inside this function. What belongs into it beside the values?
    void this.values;
  }
}
