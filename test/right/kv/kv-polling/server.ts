import {
  type ClientEnd,
  decode,
  encode,
  type KvOptions,
  type KvServerPeer,
  type Persister,
  part,
} from "consensus-labs/kv";
import { type ApplyMsg, Raft } from "consensus-labs/raft";
import { type Ask, after, EMPTY, type Result, resultOf, type State } from "./state.ts";

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class KvServer implements KvServerPeer {
  readonly raft: Raft;
  #state: State = EMPTY;
  #isRunning = true;

  constructor(peers: ClientEnd<KvServer>[], me: number, persister: Persister, { maxStateBytes }: KvOptions) {
    const saved = persister.readSnapshot();
    if (saved.length > 0) this.#state = decode(saved) as State;
    this.raft = new Raft(part(peers, "raft"), me, persister, (msg) => this.#apply(msg));
    if (maxStateBytes !== null) void this.#keepSmall(persister, maxStateBytes);
  }

  getState(): { term: number; isLeader: boolean } {
    return this.raft.getState();
  }

  kill(): void {
    this.#isRunning = false;
    this.raft.kill();
  }

  async ask(ask: Ask): Promise<Result | "not here"> {
    if (!this.#isRunning) return "not here";
    const { index, term, isLeader } = this.raft.start(ask);
    if (!isLeader) return "not here";
    while (this.#state.index < index) {
      const now = this.raft.getState();
      if (!this.#isRunning || !now.isLeader || now.term !== term) return "not here";
      await sleep(1);
    }
    return resultOf(this.#state, ask) ?? "not here";
  }

  #apply(msg: ApplyMsg): void {
    if (msg.kind === "snapshot") this.#state = decode(msg.snapshot) as State;
    else this.#state = after(this.#state, msg.index, msg.kind === "command" ? (msg.command as Ask) : null);
  }

  async #keepSmall(persister: Persister, maxStateBytes: number): Promise<void> {
    while (this.#isRunning) {
      await sleep(5);
      if (this.#isRunning && persister.stateSize() > maxStateBytes) {
        this.raft.snapshot(this.#state.index, encode(this.#state));
      }
    }
  }
}
