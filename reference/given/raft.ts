import type { ApplyMsg, ClientEnd, Persister } from "consensus-labs/raft";
import { Raft as OurRaft } from "../raft/raft.ts";

/**
 * The Raft that services are built on: that of lab 2, which also holds its caller to what a Raft may rely on. A store that passes
 * over this one then does so over any Raft that keeps lab 2's contract.
 */
export class Raft extends OurRaft {
  private readonly upcall: { isRunning: boolean };

  constructor(peers: ClientEnd<OurRaft>[], me: number, persister: Persister, apply: (msg: ApplyMsg) => void) {
    const upcall = { isRunning: false };
    super(peers, me, persister, (msg) => {
      upcall.isRunning = true;
      try {
        apply(msg);
      } finally {
        upcall.isRunning = false;
      }
    });
    this.upcall = upcall;
  }

  override snapshot(index: number, snapshot: Uint8Array): void {
    if (this.upcall.isRunning) {
      throw new Error(
        "raft.snapshot() was called from inside apply: a Raft is in the middle of its work there; call it afterwards",
      );
    }
    super.snapshot(index, snapshot);
  }
}
