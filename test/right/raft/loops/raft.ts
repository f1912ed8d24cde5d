/**
 * A right Raft made of loops that never end, as threads would run them: one that holds elections, one that applies, and one
 * for each other peer that brings it up to date. They wait for each other by condition variables. Nothing is ever
 * cancelled: what is not needed any more stays behind and waits.
 */
import { type ApplyMsg, type ClientEnd, decode, encode, type Persister, type RaftPeer } from "consensus-labs";
import { Log, type LogEntry } from "./log.ts";
import type { AppendArgs, AppendReply, SnapshotArgs, TermReply, VoteArgs, VoteReply } from "./types.ts";
import { Condition, sleep, within } from "./waiting.ts";

const HEARTBEAT_MS = 100;
const MAX_BATCH = 64;
/** A snapshot that is not acknowledged after so long is sent again. */
const SNAPSHOT_PATIENCE_MS = 1_000;

/** What the leader of a term knows of a follower. */
interface Follower {
  next: number;
  match: number;
  snapshotUntilMs: number;
}

export class Raft implements RaftPeer {
  private readonly peers: ClientEnd<Raft>[];
  private readonly me: number;
  private readonly persister: Persister;
  private readonly apply: (msg: ApplyMsg) => void;

  private term = 0;
  private votedFor: number | null = null;
  private log = new Log();
  private role: "follower" | "candidate" | "leader" = "follower";
  private killed = false;
  private commit: number;
  private applied: number;
  private votes = new Set<number>();
  private followers = new Map<number, Follower>();
  private deadlineMs = 0;

  /** Another role or term, or a vote more. */
  private readonly changed = new Condition();
  /** More to send. */
  private readonly news = new Condition();
  /** More to apply. */
  private readonly committed = new Condition();

  constructor(peers: ClientEnd<Raft>[], me: number, persister: Persister, apply: (msg: ApplyMsg) => void) {
    this.peers = peers;
    this.me = me;
    this.persister = persister;
    this.apply = apply;
    const bytes = persister.readState();
    if (bytes.length > 0) {
      const saved = decode(bytes) as [number, number | null, number, number, LogEntry[]];
      const [term, votedFor, base, baseTerm, entries] = saved;
      Object.assign(this, { term, votedFor, log: new Log(base, baseTerm, entries) });
    }
    this.commit = this.log.base;
    this.applied = this.log.base;
    this.restartTimer();
    void this.holdElections();
    void this.applyAll();
    for (const peer of peers.keys()) if (peer !== me) void this.bringUpToDate(peer);
  }

  getState(): { term: number; isLeader: boolean } {
    return { term: this.term, isLeader: this.role === "leader" };
  }

  start(command: unknown): { index: number; term: number; isLeader: boolean } {
    const { term } = this;
    if (this.role !== "leader") return { index: -1, term, isLeader: false };
    this.log.entries.push({ term, command });
    this.save();
    this.news.broadcast();
    return { index: this.log.last, term, isLeader: true };
  }

  snapshot(index: number, snapshot: Uint8Array): void {
    if (this.killed || index <= this.log.base || index > this.applied) return;
    this.log.trim(index, this.log.termAt(index));
    this.save(snapshot);
  }

  kill(): void {
    this.killed = true;
    this.role = "follower";
  }

  // --- the loops ---

  private async holdElections(): Promise<void> {
    for (;;) {
      const leftMs = this.deadlineMs - Date.now();
      if (leftMs > 0) await sleep(leftMs);
      else if (this.role === "leader") await this.changed.wait();
      else if (this.killed) await forever();
      else await this.campaign();
    }
  }

  /** Asks for votes until there are enough, or the term is over, or it was in vain. */
  private async campaign(): Promise<void> {
    this.enter(this.term + 1, this.me);
    this.role = "candidate";
    this.votes = new Set([this.me]);
    this.restartTimer();
    const { term, deadlineMs } = this;
    for (const [peer, end] of this.peers.entries()) if (peer !== this.me) void this.askForVote(peer, end);
    while (this.role === "candidate" && this.term === term && Date.now() < deadlineMs) {
      if (2 * this.votes.size > this.peers.length) return this.lead();
      await within(deadlineMs - Date.now(), this.changed.wait());
    }
  }

  private async bringUpToDate(peer: number): Promise<void> {
    for (;;) {
      const follower = this.followers.get(peer);
      if (this.killed) await forever();
      if (this.role !== "leader" || follower === undefined) {
        await this.changed.wait();
        continue;
      }
      const sentMs = Date.now();
      await within(HEARTBEAT_MS, this.send(peer, follower));
      for (let leftMs = 1; leftMs > 0 && !this.hasMoreFor(follower); ) {
        leftMs = sentMs + HEARTBEAT_MS - Date.now();
        if (leftMs > 0) await within(leftMs, Promise.race([this.news.wait(), this.changed.wait()]));
      }
    }
  }

  private async applyAll(): Promise<void> {
    for (;;) {
      while (this.applied >= this.commit) await this.committed.wait();
      if (this.killed) await forever();
      this.applied++;
      const { command } = this.log.at(this.applied);
      this.apply({ kind: "command", index: this.applied, command });
    }
  }

  // --- what peers ask of each other ---

  requestVote({ term, candidateId, lastLogIndex, lastLogTerm }: VoteArgs): VoteReply | Promise<never> {
    if (this.killed) return forever();
    this.see(term);
    const { log } = this;
    const isCovered = lastLogTerm > log.lastTerm || (lastLogTerm === log.lastTerm && lastLogIndex >= log.last);
    const isFree = this.votedFor === null || this.votedFor === candidateId;
    const voteGranted = term === this.term && isFree && isCovered;
    if (voteGranted) {
      this.votedFor = candidateId;
      this.save();
      this.restartTimer();
    }
    return { term: this.term, voteGranted };
  }

  appendEntries(args: AppendArgs): AppendReply | Promise<never> {
    if (this.killed) return forever();
    if (!this.hear(args.term)) return { term: this.term, success: false, retry: 0 };
    const { prevLogIndex, prevLogTerm, entries, leaderCommit } = args;
    const { log, term } = this;
    if (prevLogIndex > log.last) return { term, success: false, retry: log.last + 1 };
    if (prevLogIndex >= log.base && log.termAt(prevLogIndex) !== prevLogTerm) {
      let retry = prevLogIndex;
      while (retry > this.commit + 1 && log.termAt(retry - 1) === log.termAt(prevLogIndex)) retry--;
      return { term, success: false, retry };
    }
    if (log.merge(prevLogIndex, entries)) this.save();
    this.commitTo(Math.min(leaderCommit, prevLogIndex + entries.length));
    return { term, success: true, retry: 0 };
  }

  installSnapshot({ term, lastIncludedIndex, lastIncludedTerm, data }: SnapshotArgs): TermReply | Promise<never> {
    if (this.killed) return forever();
    if (!this.hear(term) || lastIncludedIndex <= this.commit) return { term: this.term };
    this.log.trim(lastIncludedIndex, lastIncludedTerm);
    this.save(data);
    this.commit = lastIncludedIndex;
    this.applied = lastIncludedIndex;
    this.apply({ kind: "snapshot", index: lastIncludedIndex, term: lastIncludedTerm, snapshot: data });
    return { term: this.term };
  }

  // --- the candidate's and the leader's side ---

  private async askForVote(peer: number, end: ClientEnd<Raft>): Promise<void> {
    const { term, me, log } = this;
    const args = { term, candidateId: me, lastLogIndex: log.last, lastLogTerm: log.lastTerm };
    const reply = await end.call("requestVote", args);
    if (reply === null || this.killed) return;
    this.see(reply.term);
    if (this.role !== "candidate" || this.term !== term || !reply.voteGranted) return;
    this.votes.add(peer);
    this.changed.broadcast();
  }

  private lead(): void {
    this.role = "leader";
    this.followers = new Map();
    for (const peer of this.peers.keys()) {
      if (peer !== this.me) this.followers.set(peer, { next: this.log.last + 1, match: 0, snapshotUntilMs: 0 });
    }
    this.changed.broadcast();
  }

  private hasMoreFor({ next, match }: Follower): boolean {
    return this.role !== "leader" || (match === next - 1 && next <= this.log.last);
  }

  /** One request, and what its answer means. */
  private async send(peer: number, follower: Follower): Promise<void> {
    const { log, term } = this;
    const isLeft = () => this.killed || this.role !== "leader" || this.term !== term;
    const end = this.peers[peer] as ClientEnd<Raft>;
    if (follower.next <= log.base && Date.now() >= follower.snapshotUntilMs) {
      follower.snapshotUntilMs = Date.now() + SNAPSHOT_PATIENCE_MS;
      const { base } = log;
      const args = { lastIncludedIndex: base, lastIncludedTerm: log.baseTerm, data: this.persister.readSnapshot() };
      const reply = await end.call("installSnapshot", { term, ...args });
      if (reply !== null && !this.killed) this.see(reply.term);
      if (reply !== null && !isLeft()) this.matched(follower, base);
      return;
    }
    const prev = Math.max(follower.next - 1, log.base);
    const entries = follower.next <= log.base ? [] : log.from(follower.next, MAX_BATCH);
    const args = { term, prevLogIndex: prev, prevLogTerm: log.termAt(prev), entries, leaderCommit: this.commit };
    const reply = await end.call("appendEntries", args);
    if (reply === null || this.killed) return;
    this.see(reply.term);
    if (isLeft()) return;
    if (reply.success) this.matched(follower, prev + entries.length);
    else if (prev === follower.next - 1) {
      follower.next = Math.max(follower.match + 1, Math.min(reply.retry, prev));
      this.news.broadcast();
    }
  }

  private matched(follower: Follower, index: number): void {
    follower.match = Math.max(follower.match, index);
    follower.next = Math.max(follower.next, follower.match + 1);
    const indices = [this.log.last, ...[...this.followers.values()].map(({ match }) => match)];
    const onMajority = indices.sort((a, b) => b - a)[Math.floor(this.peers.length / 2)] as number;
    if (onMajority > this.commit && this.log.termAt(onMajority) === this.term) this.commitTo(onMajority);
    this.news.broadcast();
  }

  // --- terms ---

  /** A newer term ends whatever one is. */
  private see(term: number): void {
    if (term > this.term) this.enter(term, null);
  }

  /** A leader spoke; false when its term is over. */
  private hear(term: number): boolean {
    if (term < this.term) return false;
    this.see(term);
    if (this.role === "candidate") this.becomeFollower();
    this.restartTimer();
    return true;
  }

  private enter(term: number, votedFor: number | null): void {
    this.term = term;
    this.votedFor = votedFor;
    this.save();
    this.becomeFollower();
  }

  private becomeFollower(): void {
    if (this.role === "leader") this.restartTimer();
    this.role = "follower";
    this.changed.broadcast();
  }

  private restartTimer(): void {
    this.deadlineMs = Date.now() + 500 + Math.random() * 500;
  }

  private commitTo(index: number): void {
    if (index <= this.commit) return;
    this.commit = index;
    this.committed.broadcast();
  }

  private save(snapshot?: Uint8Array): void {
    const { term, votedFor, log } = this;
    this.persister.save(encode([term, votedFor, log.base, log.baseTerm, log.entries]), snapshot);
  }
}

function forever(): Promise<never> {
  return new Promise(() => {});
}
