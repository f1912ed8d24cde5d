import { type ClientEnd, type KvOptions, type KvServerPeer, type Persister, part } from "consensus-labs/kv";
import { type ApplyMsg, Raft } from "consensus-labs/raft";
import type { Reply, Request } from "./operations.ts";
import { Store } from "./store.ts";

/** A request whose log entry is under way, and who waits for it. */
interface Waiter {
  readonly request: Request;
  readonly term: number;
  readonly answer: (reply: Reply) => void;
}

/** How often a server looks whether it still leads, for those who wait. */
const LOOK_EVERY_MS = 50;
/** The state may grow to eight times `maxStateBytes`; a snapshot is due long before. */
const SNAPSHOT_AT = 1;

/** One server of a replicated key/value store: every operation, a get too, is an entry of the log. */
export class KvServer implements KvServerPeer {
  private readonly raft: Raft;
  private readonly store = new Store();
  /** By log index. */
  private readonly waiters = new Map<number, Waiter>();
  private readonly persister: Persister;
  private readonly maxStateBytes: number | null;
  private readonly timer: ReturnType<typeof setInterval>;
  private applied = 0;
  private isSnapshotDue = false;
  private isKilled = false;

  constructor(peers: ClientEnd<KvServer>[], me: number, persister: Persister, { maxStateBytes }: KvOptions) {
    this.persister = persister;
    this.maxStateBytes = maxStateBytes;
    const snapshot = persister.readSnapshot();
    if (snapshot.length > 0) this.store.restore(snapshot);
    this.raft = new Raft(part(peers, "raft"), me, persister, (msg) => this.apply(msg));
    this.timer = setInterval(() => this.releaseDeposed(), LOOK_EVERY_MS);
  }

  getState(): { term: number; isLeader: boolean } {
    return this.raft.getState();
  }

  kill(): void {
    this.isKilled = true;
    clearInterval(this.timer);
    this.releaseAll(() => true);
    this.raft.kill();
  }

  /** Does an operation for a clerk; answers when it was applied here, or when it may never be. */
  submit(request: Request): Reply | Promise<Reply> {
    const known = this.store.known(request);
    if (known !== null) return { kind: "done", result: known };
    if (this.isKilled) return NOT_LEADER;
    const { index, term, isLeader } = this.raft.start(request);
    if (!isLeader) return NOT_LEADER;
    return new Promise((answer) => {
      // Another one waits there: its entry is gone, as this one stands in its place.
      this.waiters.get(index)?.answer(NOT_LEADER);
      this.waiters.set(index, { request, term, answer });
    });
  }

  private apply(msg: ApplyMsg): void {
    this.applied = msg.index;
    if (msg.kind === "snapshot") {
      this.store.restore(msg.snapshot);
      this.releaseAll((index) => index <= msg.index);
      return;
    }
    const waiter = this.waiters.get(msg.index);
    this.waiters.delete(msg.index);
    const request = msg.kind === "command" ? (msg.command as Request) : null;
    const result = request === null ? null : this.store.apply(request);
    if (waiter !== undefined) {
      const isIts = request?.clerk === waiter.request.clerk && request.serial === waiter.request.serial;
      waiter.answer(isIts && result !== null ? { kind: "done", result } : NOT_LEADER);
    }
    this.planSnapshot();
  }

  /** Never from inside `apply`; label and content are of one moment all the same. */
  private planSnapshot(): void {
    if (this.maxStateBytes === null || this.isSnapshotDue) return;
    if (this.persister.stateSize() < SNAPSHOT_AT * this.maxStateBytes) return;
    this.isSnapshotDue = true;
    queueMicrotask(() => {
      this.isSnapshotDue = false;
      if (!this.isKilled) this.raft.snapshot(this.applied, this.store.snapshot());
    });
  }

  /** Who waits at a server that no longer leads in the term of his entry may wait for ever. */
  private releaseDeposed(): void {
    if (this.waiters.size === 0) return;
    const { term, isLeader } = this.raft.getState();
    this.releaseAll((_, waiter) => !isLeader || waiter.term !== term);
  }

  private releaseAll(isReleased: (index: number, waiter: Waiter) => boolean): void {
    for (const [index, waiter] of this.waiters) {
      if (!isReleased(index, waiter)) continue;
      this.waiters.delete(index);
      waiter.answer(NOT_LEADER);
    }
  }
}

const NOT_LEADER: Reply = { kind: "not-leader" };
