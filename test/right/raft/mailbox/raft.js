/**
 * A right Raft in plain JavaScript that only passes messages: one method, which never answers. Entries are acknowledged to
 * everybody, and everybody finds out what is committed. Old and unwelcome messages are ignored without a word.
 */
import { decode, encode } from "consensus-labs";
import { Log } from "./log.js";

const TICK_MS = 100;
const MAX_BATCH = 64;
/** After so many ticks without news a snapshot is sent again. */
const SNAPSHOT_TICKS = 5;

export class Raft {
  #peers;
  #me;
  #persister;
  #apply;
  #killed = false;

  #term = 0;
  #votedFor = null;
  #log = new Log();

  #role = "follower";
  #commit = 0;
  #applied = 0;
  #votes = new Set();
  #followers = new Map();
  /** In this term: up to where each peer said that its log equals the leader's. */
  #acknowledged = new Map();
  #verified = 0;
  #patience;
  #ticker;
  #flush;

  constructor(peers, me, persister, apply) {
    this.#peers = peers;
    this.#me = me;
    this.#persister = persister;
    this.#apply = apply;
    const bytes = persister.readState();
    if (bytes.length > 0) this.#restore(decode(bytes));
    this.#commit = this.#log.base;
    this.#applied = this.#log.base;
    this.#wait();
  }

  getState() {
    return { term: this.#term, isLeader: this.#role === "leader" };
  }

  start(command) {
    if (this.#role !== "leader") return { index: 0, term: this.#term, isLeader: false };
    this.#log.entries.push({ term: this.#term, command });
    this.#save();
    this.#flush ??= setImmediate(() => {
      this.#flush = undefined;
      if (this.#role === "leader") for (const peer of this.#followers.keys()) this.#feed(peer);
    });
    return { index: this.#log.last, term: this.#term, isLeader: true };
  }

  snapshot(index, snapshot) {
    if (this.#killed || index <= this.#log.base || index > this.#applied) return;
    this.#log.trimTo(index);
    this.#save(snapshot);
  }

  kill() {
    this.#killed = true;
    this.#role = "follower";
    clearTimeout(this.#patience);
    clearInterval(this.#ticker);
    clearImmediate(this.#flush);
  }

  /** All that peers say to each other. The promise stays open for ever. */
  post(message) {
    if (!this.#killed) this.#read(message);
    return new Promise(() => {});
  }

  #read(message) {
    const { kind, term, from } = message;
    if (term < this.#term) return;
    if (term > this.#term) this.#enter(term, null);
    if (kind === "vote?") this.#considerVote(message);
    else if (kind === "vote") this.#countVote(from);
    else if (kind === "append") this.#takeEntries(message);
    else if (kind === "snapshot") this.#takeSnapshot(message);
    else if (kind === "have") this.#noteAcknowledged(message);
    else if (kind === "lack") this.#goBack(message);
  }

  #send(peer, kind, fields) {
    void this.#peers[peer].call("post", { kind, term: this.#term, from: this.#me, ...fields });
  }

  #broadcast(kind, fields, isLeftOut = () => false) {
    for (const peer of this.#peers.keys()) if (peer !== this.#me && !isLeftOut(peer)) this.#send(peer, kind, fields);
  }

  // --- terms and elections ---

  #enter(term, votedFor) {
    this.#term = term;
    this.#votedFor = votedFor;
    this.#save();
    this.#verified = 0;
    this.#acknowledged.clear();
    this.#follow();
  }

  #follow() {
    if (this.#role === "follower") return;
    this.#role = "follower";
    clearInterval(this.#ticker);
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#campaign(), 400 + Math.random() * 400);
  }

  #campaign() {
    this.#enter(this.#term + 1, this.#me);
    this.#role = "candidate";
    this.#votes = new Set([this.#me]);
    this.#wait();
    clearInterval(this.#ticker);
    this.#ticker = setInterval(() => this.#askForVotes(), 1.5 * TICK_MS);
    this.#askForVotes();
  }

  #askForVotes() {
    const lastTerm = this.#log.termAt(this.#log.last);
    this.#broadcast("vote?", { last: this.#log.last, lastTerm }, (peer) => this.#votes.has(peer));
  }

  #considerVote({ from, last, lastTerm }) {
    if (this.#votedFor !== null && this.#votedFor !== from) return;
    const ownTerm = this.#log.termAt(this.#log.last);
    if (lastTerm < ownTerm || (lastTerm === ownTerm && last < this.#log.last)) return;
    this.#votedFor = from;
    this.#save();
    this.#wait();
    this.#send(from, "vote", {});
  }

  #countVote(from) {
    if (this.#role !== "candidate") return;
    this.#votes.add(from);
    if (this.#votes.size <= this.#peers.length / 2) return;
    this.#role = "leader";
    clearTimeout(this.#patience);
    clearInterval(this.#ticker);
    const follower = () => ({ match: 0, next: this.#log.last + 1, isSure: false, isNews: true, sentSnapshot: 0 });
    const others = [...this.#peers.keys()].filter((peer) => peer !== this.#me);
    this.#followers = new Map(others.map((peer) => [peer, follower()]));
    this.#ticker = setInterval(() => this.#beat(), TICK_MS);
    this.#beat();
  }

  // --- the leader's side ---

  #beat() {
    for (const [peer, follower] of this.#followers) {
      // What was sent and never acknowledged is lost.
      if (!follower.isNews && follower.isSure) follower.next = follower.match + 1;
      follower.isNews = false;
      follower.sentSnapshot = Math.max(0, follower.sentSnapshot - 1);
      if (!follower.isSure || !this.#feed(peer)) this.#sendEntries(peer);
    }
  }

  /** Sends all that is new to a follower whose log is known to equal this one's so far. Says whether there was anything. */
  #feed(peer) {
    const follower = this.#followers.get(peer);
    let isAny = false;
    while (follower.isSure && follower.next <= this.#log.last) {
      if (!this.#sendEntries(peer)) return true;
      isAny = true;
    }
    return isAny;
  }

  #sendEntries(peer) {
    const follower = this.#followers.get(peer);
    const prev = follower.next - 1;
    if (prev < this.#log.base) {
      this.#sendSnapshot(peer, follower);
      return false;
    }
    const entries = this.#log.from(follower.next, MAX_BATCH);
    this.#send(peer, "append", { prev, prevTerm: this.#log.termAt(prev), entries, commit: this.#commit });
    if (follower.isSure) follower.next += entries.length;
    return true;
  }

  #sendSnapshot(peer, follower) {
    const [index, indexTerm] = [this.#log.base, this.#log.termAt(this.#log.base)];
    if (follower.sentSnapshot > 0) {
      // So that it does not lose patience meanwhile.
      this.#send(peer, "append", { prev: index, prevTerm: indexTerm, entries: [], commit: this.#commit });
      return;
    }
    follower.sentSnapshot = SNAPSHOT_TICKS;
    follower.isSure = false;
    this.#send(peer, "snapshot", { index, indexTerm, data: this.#persister.readSnapshot() });
  }

  #goBack({ from, prev, retry }) {
    const follower = this.#followers.get(from);
    if (this.#role !== "leader" || prev <= follower.match || prev >= follower.next) return;
    follower.next = Math.max(follower.match + 1, Math.min(retry, prev));
    follower.isSure = false;
    this.#sendEntries(from);
  }

  #noteAcknowledged({ from, upTo }) {
    this.#acknowledged.set(from, Math.max(upTo, this.#acknowledged.get(from) ?? 0));
    if (this.#role === "leader") {
      const follower = this.#followers.get(from);
      follower.isNews = true;
      follower.match = Math.max(follower.match, upTo);
      follower.next = follower.isSure ? Math.max(follower.next, follower.match + 1) : follower.match + 1;
      follower.isSure = true;
      this.#verified = this.#log.last;
      this.#feed(from);
    }
    this.#countAcknowledged();
  }

  /** The leader has what anybody acknowledged, so that one less is needed. */
  #countAcknowledged() {
    const enough = Math.floor(this.#peers.length / 2);
    const counts = [...this.#acknowledged.values()].sort((a, b) => b - a);
    const index = Math.min(counts[enough - 1] ?? 0, this.#verified);
    if (index > this.#commit && this.#log.termAt(index) === this.#term) this.#commitTo(index);
  }

  // --- the follower's side ---

  #hear() {
    this.#follow();
    this.#wait();
  }

  #takeEntries({ from, prev, prevTerm, entries, commit }) {
    this.#hear();
    if (prev > this.#log.last || (prev >= this.#log.base && this.#log.termAt(prev) !== prevTerm)) {
      const retry = prev > this.#log.last ? this.#log.last + 1 : this.#commit + 1;
      this.#send(from, "lack", { prev, retry });
      return;
    }
    let isChanged = false;
    entries.forEach((entry, position) => {
      const index = prev + 1 + position;
      if (index <= this.#log.base || (index <= this.#log.last && this.#log.termAt(index) === entry.term)) return;
      this.#log.put(index, entry);
      isChanged = true;
    });
    if (isChanged) this.#save();
    this.#confirm(from, prev + entries.length, entries.length > 0);
    this.#commitTo(Math.min(commit, this.#verified));
  }

  #takeSnapshot({ from, index, indexTerm, data }) {
    this.#hear();
    if (index > this.#commit) {
      if (index <= this.#log.last && this.#log.termAt(index) === indexTerm) this.#log.trimTo(index);
      else this.#log = new Log(index, [{ term: indexTerm, command: null }]);
      this.#save(data);
      this.#commit = index;
      this.#applied = index;
      this.#apply({ kind: "snapshot", index, term: indexTerm, snapshot: data });
    }
    this.#confirm(from, index, true);
  }

  /** This log equals the leader's up to there. What is new is told to all. */
  #confirm(leader, upTo, isNew) {
    this.#verified = Math.max(this.#verified, upTo);
    this.#acknowledged.set(this.#me, this.#verified);
    if (isNew) this.#broadcast("have", { upTo });
    else this.#send(leader, "have", { upTo });
    this.#countAcknowledged();
  }

  // --- both sides ---

  #restore([term, votedFor, base, entries]) {
    this.#term = term;
    this.#votedFor = votedFor;
    this.#log = new Log(base, entries);
  }

  #commitTo(index) {
    this.#commit = Math.max(this.#commit, index);
    while (this.#applied < this.#commit) {
      this.#applied++;
      const { command } = this.#log.at(this.#applied);
      this.#apply({ kind: "command", index: this.#applied, command });
    }
  }

  #save(snapshot) {
    this.#persister.save(encode([this.#term, this.#votedFor, this.#log.base, this.#log.entries]), snapshot);
  }
}
