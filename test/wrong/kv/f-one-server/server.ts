import { type ClientEnd, decode, encode, type KvServerPeer, type Persister } from "consensus-labs/kv";
import type { Reply, Request, Result } from "./operations.ts";

interface Saved {
  readonly data: readonly (readonly [key: string, value: string])[];
  readonly done: readonly (readonly [operation: string, result: Result])[];
}

/** One server does it all. It asks a majority before each answer, saves, and comes back after a crash; nobody ever takes its place. */
export class KvServer implements KvServerPeer {
  private readonly data: Map<string, string>;
  private readonly done: Map<string, Result>;
  private readonly timer: ReturnType<typeof setInterval> | undefined;
  private isHeard = false;
  private isKilled = false;

  constructor(
    private readonly peers: ClientEnd<KvServer>[],
    private readonly me: number,
    private readonly persister: Persister,
  ) {
    const saved = persister.readState();
    const { data, done } = saved.length > 0 ? (decode(saved) as Saved) : { data: [], done: [] };
    this.data = new Map(data);
    this.done = new Map(done);
    if (me === 0) this.timer = setInterval(() => void this.look(), 120);
  }

  getState(): { term: number; isLeader: boolean } {
    return { term: 1, isLeader: this.isHeard && !this.isKilled };
  }

  kill(): void {
    this.isKilled = true;
    clearInterval(this.timer);
  }

  ping(): { ok: boolean } {
    return { ok: true };
  }

  async submit({ clerk, serial, operation }: Request): Promise<Reply> {
    if (this.me !== 0) return { kind: "not-leader" };
    const id = `${clerk} ${serial}`;
    if (!this.done.has(id) && !(await this.hearsMajority())) return { kind: "not-leader" };
    const known = this.done.get(id);
    if (known !== undefined) return { kind: "done", result: known };
    if (this.isKilled) return { kind: "not-leader" };
    const { kind, key } = operation;
    const before = this.data.get(key) ?? "";
    const swapped = kind === "cas" && before === operation.expected;
    const after = kind === "append" ? before + operation.value : kind === "put" || swapped ? operation.value : before;
    if (kind !== "get") this.data.set(key, after);
    const result = { value: after, swapped };
    this.done.set(id, result);
    this.persister.save(encode({ data: [...this.data], done: [...this.done] }));
    return { kind: "done", result };
  }

  private async look(): Promise<void> {
    this.isHeard = await this.hearsMajority();
  }

  private hearsMajority(): Promise<boolean> {
    return new Promise((resolve) => {
      let heard = 1;
      setTimeout(() => resolve(false), 100);
      for (const [i, peer] of this.peers.entries()) {
        if (i === this.me) continue;
        void peer.call("ping", null).then((reply) => {
          if (reply !== null && ++heard * 2 > this.peers.length) resolve(true);
        });
      }
    });
  }
}
