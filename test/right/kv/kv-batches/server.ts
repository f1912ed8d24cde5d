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
import type { Batch, Operation, Reply, Request, Result } from "./words.ts";

const NOT: Reply = { not: true };

interface Collected {
  readonly request: Request;
  readonly answer: (reply: Reply) => void;
}

/** A batch that was started, and who waits for its results, in the order of its requests. */
interface Started {
  readonly by: string;
  readonly term: number;
  readonly answers: readonly ((reply: Reply) => void)[];
}

export class KvServer implements KvServerPeer {
  private readonly raft: Raft;
  private values: Record<string, string> = Object.create(null);
  /** By clerk, then by serial. */
  private done = new Map<number, { floor: number; results: Map<number, Result> }>();
  private applied = 0;
  private collected: Collected[] = [];
  private readonly started = new Map<number, Started>();
  private batches = 0;
  private watch: ReturnType<typeof setTimeout> | null = null;
  private killed = false;

  constructor(
    peers: ClientEnd<KvServer>[],
    private readonly me: number,
    private readonly persister: Persister,
    private readonly options: KvOptions,
  ) {
    this.load(persister.readSnapshot());
    this.raft = new Raft(part(peers, "raft"), me, persister, (msg) => this.take(msg));
  }

  getState(): { term: number; isLeader: boolean } {
    return this.raft.getState();
  }

  kill(): void {
    this.killed = true;
    this.raft.kill();
    for (const { answer } of this.collected.splice(0)) answer(NOT);
    this.release(() => true);
  }

  /** Waits for others for a millisecond, so that all of them are one entry. */
  request(request: Request): Promise<Reply> | Reply {
    if (this.killed || !this.raft.getState().isLeader) return NOT;
    if (this.collected.length === 0) setTimeout(() => this.startBatch(), 1);
    return new Promise((answer) => this.collected.push({ request, answer }));
  }

  private startBatch(): void {
    if (this.killed || this.collected.length === 0) return;
    const collected = this.collected.splice(0);
    // Nobody leads a term twice, and a server that was down leads in a later one.
    const by = `${this.me} ${this.raft.getState().term} ${++this.batches}`;
    const batch: Batch = { by, requests: collected.map(({ request }) => request) };
    const { index, term, isLeader } = this.raft.start(batch);
    if (!isLeader) {
      for (const { answer } of collected) answer(NOT);
      return;
    }
    this.release((at) => at === index);
    this.started.set(index, { by, term, answers: collected.map(({ answer }) => answer) });
    this.watch ??= setTimeout(() => this.look(), 25);
  }

  private look(): void {
    this.watch = null;
    const { term, isLeader } = this.raft.getState();
    this.release((_, batch) => this.killed || !isLeader || batch.term !== term);
    if (this.started.size > 0) this.watch = setTimeout(() => this.look(), 25);
  }

  private release(isGone: (index: number, batch: Started) => boolean): void {
    for (const [index, batch] of [...this.started]) {
      if (!isGone(index, batch)) continue;
      this.started.delete(index);
      for (const answer of batch.answers) answer(NOT);
    }
  }

  private take(msg: ApplyMsg): void {
    this.applied = msg.index;
    if (msg.kind === "snapshot") this.load(msg.snapshot);
    const batch = msg.kind === "command" ? (msg.command as Batch) : null;
    const results = batch?.requests.map((request) => this.perform(request)) ?? [];
    const waiting = this.started.get(msg.index);
    if (waiting !== undefined && waiting.by === batch?.by) {
      this.started.delete(msg.index);
      for (const [i, answer] of waiting.answers.entries()) answer(results[i] ?? NOT);
    }
    this.release((index) => index <= msg.index);
    const { maxStateBytes } = this.options;
    if (maxStateBytes !== null && this.persister.stateSize() > 2 * maxStateBytes) {
      setTimeout(() => {
        if (!this.killed && this.persister.stateSize() > maxStateBytes) this.raft.snapshot(this.applied, this.save());
      }, 1);
    }
  }

  /** Null for what was answered long ago. */
  private perform({ clerk, serial, floor, operation }: Request): Result | null {
    const session = this.done.get(clerk) ?? { floor: 0, results: new Map<number, Result>() };
    this.done.set(clerk, session);
    if (serial < session.floor) return null;
    const result = session.results.get(serial) ?? this.change(operation);
    session.results.set(serial, result);
    if (floor > session.floor) {
      session.floor = floor;
      for (const old of [...session.results.keys()]) if (old < floor) session.results.delete(old);
    }
    return result;
  }

  private change(operation: Operation): Result {
    const { key } = operation;
    const old = this.values[key] ?? "";
    switch (operation.do) {
      case "get":
        return { value: old, swapped: false };
      case "put":
        this.values[key] = operation.value;
        return { value: "", swapped: false };
      case "append":
        this.values[key] = old + operation.value;
        return { value: "", swapped: false };
      case "cas":
        if (old !== operation.expected) return { value: old, swapped: false };
        this.values[key] = operation.value;
        return { value: operation.value, swapped: true };
    }
  }

  private save(): Uint8Array {
    const done = [...this.done].map(([clerk, { floor, results }]) => ({ clerk, floor, results: [...results] }));
    return encode({ values: Object.entries(this.values), done });
  }

  private load(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const { values, done } = decode(bytes) as {
      values: [string, string][];
      done: { clerk: number; floor: number; results: [number, Result][] }[];
    };
    this.values = Object.assign(Object.create(null), Object.fromEntries(values));
    this.done = new Map(done.map(({ clerk, floor, results }) => [clerk, { floor, results: new Map(results) }]));
  }
}
