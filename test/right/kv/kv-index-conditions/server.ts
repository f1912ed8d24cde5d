import { type ClientEnd, type KvOptions, type KvServerPeer, type Persister, part } from "consensus-labs/kv";
import { type ApplyMsg, Raft } from "consensus-labs/raft";
import { type Command, Machine, type Outcome } from "./machine.ts";

export type Answer = { done: true; outcome: Outcome } | { done: false };

const ELSEWHERE: Answer = { done: false };
/** Who waits looks so often whether he waits for anything. */
const LOOK_MS = 30;

/** Something to wait for, at most so long. */
class Condition {
  private sleepers: (() => void)[] = [];

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.sleepers.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  wakeAll(): void {
    for (const wake of this.sleepers.splice(0)) wake();
  }
}

export class KvServer implements KvServerPeer {
  private readonly raft: Raft;
  private readonly machine = new Machine();
  private readonly conditions = new Map<number, Condition>();
  private isOver = false;

  constructor(
    peers: ClientEnd<KvServer>[],
    me: number,
    private readonly persister: Persister,
    private readonly options: KvOptions,
  ) {
    const snapshot = persister.readSnapshot();
    if (snapshot.length > 0) this.machine.load(snapshot);
    this.raft = new Raft(part(peers, "raft"), me, persister, (msg) => this.onApply(msg));
  }

  getState(): { term: number; isLeader: boolean } {
    return this.raft.getState();
  }

  kill(): void {
    this.isOver = true;
    this.raft.kill();
    for (const condition of this.conditions.values()) condition.wakeAll();
  }

  /** An RPC: does the command, or says that somebody else must. */
  async execute(command: Command): Promise<Answer> {
    const known = this.machine.outcomeOf(command);
    if (known !== null) return { done: true, outcome: known };
    if (this.isOver) return ELSEWHERE;
    const { index, term, isLeader } = this.raft.start(command);
    if (!isLeader) return ELSEWHERE;
    const condition = this.conditions.get(index) ?? new Condition();
    this.conditions.set(index, condition);
    while (this.machine.appliedIndex < index) {
      const now = this.raft.getState();
      if (this.isOver || !now.isLeader || now.term !== term) return ELSEWHERE;
      await condition.wait(LOOK_MS);
    }
    // Whatever stands there: has the command been done?
    const outcome = this.machine.outcomeOf(command);
    return outcome === null ? ELSEWHERE : { done: true, outcome };
  }

  private onApply(msg: ApplyMsg): void {
    if (msg.kind === "snapshot") this.machine.load(msg.snapshot);
    else if (msg.kind === "command") this.machine.apply(msg.command as Command);
    this.machine.appliedIndex = msg.index;
    for (const [index, condition] of this.conditions) {
      if (index > msg.index) continue;
      this.conditions.delete(index);
      condition.wakeAll();
    }
    const { maxStateBytes } = this.options;
    if (maxStateBytes !== null && this.persister.stateSize() > 0.8 * maxStateBytes) setTimeout(() => this.shrink(), 0);
  }

  private shrink(): void {
    const { maxStateBytes } = this.options;
    if (this.isOver || maxStateBytes === null || this.persister.stateSize() <= 0.8 * maxStateBytes) return;
    this.raft.snapshot(this.machine.appliedIndex, this.machine.save());
  }
}
