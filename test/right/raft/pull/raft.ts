/**
 * A right Raft in which followers fetch the log, as in Kafka: a leader sends no entries, it answers who asks for them. A
 * fetch says how far the asker's log goes, and so acknowledges it; with nothing to give, the answer waits for news.
 */
import { type ApplyMsg, type ClientEnd, decode, encode, type Persister, type RaftPeer } from "consensus-labs";
import { type Entry, Log, type Position } from "./log.ts";
import { type FetchArgs, type FetchReply, silence, type VoteArgs } from "./types.ts";

const HEARTBEAT_MS = 100;
/** An answer that has nothing to give waits for so long. */
const LONG_POLL_MS = 80;
/** After so long without an answer a follower asks again. */
const FETCH_PATIENCE_MS = 300;
/** A snapshot that has not arrived after so long is sent again. */
const SNAPSHOT_PATIENCE_MS = 1_500;
const MAX_BATCH = 32;

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
  /** Of a leader: up to where each peer's log equals its own, and when it asked last. */
  private match = new Map<number, number>();
  private askedMs = new Map<number, number>();
  private snapshotUntilMs = new Map<number, number>();
  /** Fetches that wait for news. */
  private waiting = new Set<() => void>();
  /** Of a follower: the last fetch; its answer brings on the next. */
  private fetchNumber = 0;

  private patience: ReturnType<typeof setTimeout> | undefined;
  private ticker: ReturnType<typeof setInterval> | undefined;
  private refetch: ReturnType<typeof setTimeout> | undefined;

  constructor(peers: ClientEnd<Raft>[], me: number, persister: Persister, apply: (msg: ApplyMsg) => void) {
    this.peers = peers;
    this.me = me;
    this.persister = persister;
    this.apply = apply;
    const bytes = persister.readState();
    if (bytes.length > 0) {
      const [term, votedFor, start, entries] = decode(bytes) as [number, number | null, Position, Entry[]];
      Object.assign(this, { term, votedFor, log: new Log(start, entries) });
    }
    this.commit = this.log.start.index;
    this.applied = this.log.start.index;
    this.wait();
  }

  getState(): { term: number; isLeader: boolean } {
    return { term: this.term, isLeader: this.role === "leader" };
  }

  start(command: unknown): { index: number; term: number; isLeader: boolean } {
    const { term } = this;
    if (this.role !== "leader") return { index: -1, term, isLeader: false };
    this.log.append({ term, command });
    this.save();
    this.wake();
    return { index: this.log.end.index, term, isLeader: true };
  }

  snapshot(index: number, snapshot: Uint8Array): void {
    if (this.killed || index <= this.log.start.index || index > this.applied) return;
    this.log.dropUpTo({ index, term: this.log.termAt(index) });
    this.save(snapshot);
  }

  kill(): void {
    this.killed = true;
    this.role = "follower";
    clearTimeout(this.patience);
    clearTimeout(this.refetch);
    clearInterval(this.ticker);
    this.wake();
  }

  // --- elections ---

  vote({ term, candidate, end }: VoteArgs): { term: number; isGranted: boolean } | Promise<never> {
    if (this.killed) return silence();
    this.see(term);
    const isFree = this.votedFor === null || this.votedFor === candidate;
    const own = this.log.end;
    const isCovered = end.term > own.term || (end.term === own.term && end.index >= own.index);
    const isGranted = term === this.term && isFree && isCovered;
    if (isGranted) {
      this.votedFor = candidate;
      this.save();
      this.wait();
    }
    return { term: this.term, isGranted };
  }

  private campaign(): void {
    this.see(this.term + 1);
    this.role = "candidate";
    this.votedFor = this.me;
    this.save();
    this.votes = new Set([this.me]);
    this.wait();
    this.tick(() => this.askForVotes());
  }

  private askForVotes(): void {
    const args = { term: this.term, candidate: this.me, end: this.log.end };
    for (const [peer, end] of this.peers.entries()) {
      if (this.votes.has(peer)) continue;
      void end.call("vote", args).then((reply) => {
        if (reply === null || this.killed) return;
        this.see(reply.term);
        if (this.role !== "candidate" || this.term !== args.term || !reply.isGranted) return;
        this.votes.add(peer);
        if (2 * this.votes.size > this.peers.length) this.lead();
      });
    }
  }

  private lead(): void {
    this.role = "leader";
    clearTimeout(this.patience);
    this.match.clear();
    this.askedMs.clear();
    this.snapshotUntilMs.clear();
    this.tick(() => this.remindAll());
  }

  /** Tells those who do not ask that there is a leader whom they can ask. */
  private remindAll(): void {
    for (const [peer, end] of this.peers.entries()) {
      const askedMs = this.askedMs.get(peer) ?? Number.NEGATIVE_INFINITY;
      if (peer === this.me || Date.now() - askedMs < 1.5 * HEARTBEAT_MS) continue;
      void end.call("remind", { term: this.term, leader: this.me }).then((reply) => {
        if (reply !== null && !this.killed) this.see(reply.term);
      });
    }
  }

  // --- the leader's side of a fetch ---

  async fetch({ term, peer, end, commit }: FetchArgs): Promise<FetchReply> {
    if (this.killed) return silence();
    this.see(term);
    if (this.role !== "leader" || term !== this.term) return { term: this.term, commit: 0 };
    this.askedMs.set(peer, Date.now());
    const { start } = this.log;
    if (end.index < start.index) return this.snapshotReply(peer);
    const diverges = this.log.lastNotBeyond(end);
    if (diverges.index !== end.index || diverges.term !== end.term) {
      return diverges.term > end.term ? this.snapshotReply(peer) : { term, commit: this.commit, diverges };
    }
    this.match.set(peer, Math.max(end.index, this.match.get(peer) ?? 0));
    this.advanceCommit();
    if (this.log.end.index === end.index && this.commit <= commit) await this.news();
    if (this.killed) return silence();
    if (this.role !== "leader" || term !== this.term) return { term: this.term, commit: 0 };
    if (end.index < this.log.start.index) return this.snapshotReply(peer);
    return { term, commit: this.commit, entries: this.log.after(end.index, MAX_BATCH) };
  }

  private async snapshotReply(peer: number): Promise<FetchReply> {
    const { term } = this;
    // One is on its way. It may be slow, and is large.
    if (Date.now() < (this.snapshotUntilMs.get(peer) ?? 0)) {
      await this.news();
      return this.killed ? silence() : { term, commit: 0 };
    }
    this.snapshotUntilMs.set(peer, Date.now() + SNAPSHOT_PATIENCE_MS);
    const snapshot = { ...this.log.start, bytes: this.persister.readSnapshot() };
    return { term, commit: this.commit, snapshot };
  }

  private news(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, LONG_POLL_MS);
      this.waiting.add(end);
    });
  }

  private wake(): void {
    for (const end of [...this.waiting]) end();
  }

  private advanceCommit(): void {
    const matched = this.peers.map((_, peer) => (peer === this.me ? this.log.end.index : (this.match.get(peer) ?? 0)));
    const index = matched.sort((a, b) => b - a)[Math.floor(matched.length / 2)] ?? 0;
    if (index <= this.commit || this.log.termAt(index) !== this.term) return;
    this.commitTo(index);
    this.wake();
  }

  // --- the follower's side ---

  remind({ term, leader }: { term: number; leader: number }): { term: number } | Promise<never> {
    if (this.killed) return silence();
    this.see(term);
    if (term === this.term) {
      this.hear();
      this.ask(leader);
    }
    return { term: this.term };
  }

  private ask(leader: number): void {
    const args = { term: this.term, peer: this.me, end: this.log.end, commit: this.commit };
    const number = ++this.fetchNumber;
    clearTimeout(this.refetch);
    this.refetch = setTimeout(() => {
      if (this.role === "follower" && this.term === args.term) this.ask(leader);
    }, FETCH_PATIENCE_MS);
    void (this.peers[leader] as ClientEnd<Raft>).call("fetch", args).then((reply) => {
      if (reply === null || this.killed) return;
      this.see(reply.term);
      if (this.term !== args.term || reply.term !== args.term || this.role === "leader") return;
      this.hear();
      const { end } = this.log;
      // What is late may speak of a log that has changed since; a snapshot is always good.
      if (reply.snapshot !== undefined) this.install(reply.snapshot);
      else if (end.index === args.end.index && end.term === args.end.term) this.take(reply);
      if (number === this.fetchNumber) this.ask(leader);
    });
  }

  private take({ commit, entries = [], diverges }: FetchReply): void {
    if (diverges !== undefined) {
      const { index, term } = diverges;
      const isShared = index <= this.log.start.index || this.log.termAt(index) === term;
      this.log.truncateAfter(Math.max(isShared ? index : index - 1, this.log.start.index));
      this.save();
      return;
    }
    for (const entry of entries) this.log.append(entry);
    if (entries.length > 0) this.save();
    this.commitTo(Math.min(commit, this.log.end.index));
  }

  private install({ index, term, bytes }: Position & { bytes: Uint8Array }): void {
    if (index <= this.commit) return;
    this.log.dropUpTo({ index, term });
    this.save(bytes);
    this.commit = index;
    this.applied = index;
    this.apply({ kind: "snapshot", index, term, snapshot: bytes });
  }

  // --- both ---

  private see(term: number): void {
    if (term <= this.term) return;
    this.term = term;
    this.votedFor = null;
    this.save();
    this.follow();
  }

  private hear(): void {
    this.follow();
    this.wait();
  }

  private follow(): void {
    if (this.role === "follower") return;
    this.role = "follower";
    clearInterval(this.ticker);
    this.wake();
    this.wait();
  }

  private wait(): void {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.campaign(), 500 + Math.random() * 500);
  }

  /** Does something now and again with each heartbeat, and nothing else of the kind. */
  private tick(action: () => void): void {
    clearInterval(this.ticker);
    this.ticker = setInterval(action, HEARTBEAT_MS);
    action();
  }

  private commitTo(index: number): void {
    this.commit = Math.max(this.commit, index);
    while (this.applied < this.commit) {
      this.applied++;
      this.apply({ kind: "command", index: this.applied, command: this.log.at(this.applied).command });
    }
  }

  private save(snapshot?: Uint8Array): void {
    this.persister.save(encode([this.term, this.votedFor, this.log.start, this.log.entries]), snapshot);
  }
}
