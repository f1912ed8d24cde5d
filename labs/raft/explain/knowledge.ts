import type { Micros } from "../../../grader/sim/peer-host.ts";
import type { TraceRecord } from "../../../grader/sim/trace.ts";
import type { RaftEvent } from "./events.ts";
import { GivenEntries, KnownLog } from "./known-log.ts";
import type { Position, Request } from "./messages.ts";

/** A vote that a peer gave, or was seen to have given itself. */
export interface Vote {
  readonly candidate: number;
  readonly timeUs: Micros;
  readonly boot: number;
}

/** A request that has reached a peer and is not answered. */
export interface Handled {
  readonly from: number;
  readonly method: string;
  /** Null when it cannot be read. */
  readonly request: Request | null;
  readonly timeUs: Micros;
  /** How often the peer had saved by then. */
  readonly saves: number;
  /** It was of an older term than the peer had shown. */
  readonly isStale: boolean;
  /** It brought a vote to decide on, entries or a snapshot that had not come to this peer before. */
  readonly isNew: boolean;
  /** Up to there the peer could know that entries are committed when it came. */
  readonly committed: number;
  /** Where its log ended then, as far as that is known, and whether it had the entry that the request is about to follow. */
  readonly end: Position;
  readonly hasPrev: boolean;
  readonly bytes: Uint8Array | null;
}

/** A call that a peer made and that is not answered. */
export interface Asked {
  readonly to: number;
  readonly method: string;
  readonly request: Request | null;
  readonly timeUs: Micros;
  /** The peer said at that time that it leads. */
  readonly asLeader: boolean;
}

/** What is going on in a peer: one entry into it. */
export interface Entered {
  /** What reached it; null when a timer came due, or nothing that Raft knows. */
  readonly cause: RaftEvent | null;
  /** The method of the student API that was called: `start`. */
  readonly invoked: string | null;
  readonly effects: readonly TraceRecord[];
}

/** What a follower acknowledged to its leader, in the leader's own time. */
export interface Acknowledged extends Position {
  readonly timeUs: Micros;
}

/**
 * What can be known of one peer from what reached it and what it did. `log`, `votes` and what is committed outlive a
 * crash, as they must.
 */
export class Knowledge {
  boot = 0;
  isUp = false;
  /** The highest term that this boot has shown, and any boot has. */
  term = 0;
  /** When it came to `term`, as far as that shows. */
  termUs: Micros = 0;
  everTerm = 0;
  /** The highest term that any boot has answered with. */
  answeredTerm = 0;
  /** This boot has shown a term. */
  hasShown = false;
  isLeader = false;
  /** Since when it leads, or led last; its term then. */
  leaderSinceUs: Micros = -1;
  ledTerm = -1;
  bootUs: Micros = 0;
  crashUs: Micros = -1;
  saves = 0;
  /** The same when the present entry into the peer began. */
  savesBefore = 0;
  /** The term in which it stands for election and has not saved that it voted for itself; -1 when there is none. */
  unsavedVote = -1;
  entered: Entered = { cause: null, invoked: null, effects: [] };
  pausedUntilUs: Micros = -1;
  /** The first vote in each term. */
  readonly votes = new Map<number, Vote>();
  readonly log = new KnownLog();
  /** The first entry of its own that it added as a leader since it booted: from there on a crash may take what is not committed. */
  ownFrom = Number.POSITIVE_INFINITY;
  /** Where it ended, as far as that is known, when the present entry into the peer began. */
  endBefore: Position = { index: 0, term: 0 };
  readonly given = new GivenEntries();
  /** As a candidate it asks itself for its vote as it asks the others. */
  asksItself = false;
  /** Candidates and terms that it was asked by, as `term:candidate`. */
  readonly askedFor = new Set<string>();
  /** Where the latest snapshot ends that it was given. */
  base = 0;
  applied = 0;
  /** What this boot applied, and up to where it was sent a snapshot. */
  appliedNow = 0;
  installed = 0;
  /** Up to there a snapshot that it booted with may go, at most. */
  bootBase = 0;
  /** The last entry that this boot applied: no snapshot. */
  lastEntry = 0;
  /** Of what is not readable: requests that came, answers that came. */
  gotUnreadable = false;
  heardUnreadable = false;
  readonly handling = new Map<number, Handled>();
  readonly calls = new Map<number, Asked>();
  /** The highest term in an answer or a leader's request, and who told it when. */
  toldTerm = 0;
  toldBy = -1;
  toldUs: Micros = -1;
  /** When it last got a request of the leader of its term. */
  leaderHeardUs: Micros = Number.NEGATIVE_INFINITY;
  leaderHeard = -1;
  leaderHeardTerm = -1;

  // As a candidate of `campaign`.
  campaign = -1;
  campaignUs: Micros = -1;
  /** When it came to that term: before it asked anybody, when it saved its vote for itself first. */
  campaignTermUs: Micros = -1;
  /** When others made a majority by themselves; infinite while they do not. */
  electedUs: Micros = Number.POSITIVE_INFINITY;
  readonly voters = new Map<number, Micros>();
  /** Whom it asked in that campaign, and whom it sent a leader's requests of `sentTerm`; when first. */
  readonly askedIn = new Map<number, Micros>();
  readonly sentIn = new Map<number, Micros>();
  sentTerm = -1;
  /** Votes that came for another term of its own since the campaign began. */
  strayVotes: { readonly from: number; readonly term: number; readonly timeUs: Micros }[] = [];

  // As a leader.
  readonly acknowledged = new Map<number, Acknowledged>();
  /** Of entries of its own term only. */
  readonly acknowledgedOwn = new Map<number, number>();
  /** The success that came last, where it answers a request of an earlier term. */
  strayAck: { readonly from: number; readonly term: number; readonly timeUs: Micros } | null = null;

  /** Up to there it may know that entries are committed. */
  committed = 0;
  /** Up to there a crash may take none of its own: what it applied as a leader by counting itself, or as a follower. */
  kept = 0;
  verified = 0;
  verifiedTerm = -1;
  heardCommit = 0;

  constructor(
    readonly id: number,
    readonly size: number,
  ) {}

  /** Its term by all that it has shown and was told. */
  get termNow(): number {
    return Math.max(this.term, this.toldTerm);
  }

  /** It said last that it leads, and has heard of no newer term since. */
  get leadsNow(): boolean {
    return this.isLeader && this.toldTerm <= this.term;
  }

  /** Up to there entries are committed, as far as is known: by what it heard, or by a snapshot. */
  get settled(): number {
    return Math.max(this.committed, this.base);
  }

  /** So many others make a majority together with itself. */
  get others(): number {
    return Math.floor(this.size / 2);
  }

  shows(term: number, timeUs: Micros): void {
    if (term > this.term) this.termUs = timeUs;
    this.term = Math.max(this.term, term);
    this.everTerm = Math.max(this.everTerm, term);
  }

  /** An entry that is in its log since it is a leader's own. */
  owns(index: number, term: number): void {
    this.given.add(index, term);
    const before = this.log.termAt(index);
    if (!this.log.add(index, term)) return;
    this.ownFrom = Math.min(this.ownFrom, index);
    // The entry that was kept there is replaced by one of another term, which it may not have saved yet.
    if (before !== null) this.kept = Math.min(this.kept, index - 1);
  }

  /** It has the votes to lead the term in which it stands, and has not shown that it does. */
  mayLeadFirst(): boolean {
    const votes = [...this.voters.keys()].filter((voter) => voter !== this.id).length;
    return this.campaign === this.term && this.ledTerm !== this.campaign && votes >= this.others;
  }

  /** A vote of its own in a term; the first one counts. */
  votesFor(term: number, candidate: number, timeUs: Micros): void {
    if (!this.votes.has(term)) this.votes.set(term, { candidate, timeUs, boot: this.boot });
  }

  /** A leader's log was compared with its own up to an index. */
  verify(term: number, upTo: number, leaderCommit: number): void {
    if (term > this.verifiedTerm) {
      this.verifiedTerm = term;
      this.verified = 0;
    }
    this.verified = Math.max(this.verified, upTo, this.base);
    this.heardCommit = Math.max(this.heardCommit, leaderCommit);
    this.committed = Math.max(this.committed, Math.min(this.verified, this.heardCommit));
    this.kept = Math.max(this.kept, Math.min(this.verified, this.heardCommit));
  }

  /** It applies an entry. Where the others were a majority by themselves, a leader may do so before it has saved its own. */
  applies(index: number): void {
    this.committed = Math.max(this.committed, index);
    const acks = [...this.acknowledged.values()].map((ack) => ack.index).sort((a, b) => b - a);
    const counts = !this.heardUnreadable && index > (acks[this.others] ?? 0);
    if (!this.isLeader || counts) this.kept = Math.max(this.kept, index);
  }

  /** What a majority has acknowledged to it, as the leader that it is. */
  majorityIndex(of: "own" | "any"): number {
    const acks =
      of === "own" ? [...this.acknowledgedOwn.values()] : [...this.acknowledged.values()].map(({ index }) => index);
    return acks.sort((a, b) => b - a)[this.others - 1] ?? 0;
  }

  crash(timeUs: Micros): void {
    this.isUp = false;
    this.isLeader = false;
    this.crashUs = timeUs;
  }

  boots(timeUs: Micros): void {
    this.boot++;
    this.isUp = true;
    this.bootUs = timeUs;
    this.term = 0;
    this.isLeader = false;
    this.hasShown = false;
    this.appliedNow = 0;
    this.lastEntry = 0;
    this.installed = 0;
    this.bootBase = Math.max(this.base, this.applied);
    this.log.cutFrom(Math.max(this.ownFrom, this.kept + 1));
    this.ownFrom = Number.POSITIVE_INFINITY;
    // Who has not saved its vote for itself may give another one: it leads by neither.
    if (this.votes.get(this.unsavedVote)?.candidate === this.id) this.votes.delete(this.unsavedVote);
    this.unsavedVote = -1;
    this.handling.clear();
    this.calls.clear();
    this.toldTerm = 0;
    this.leaderHeardUs = Number.NEGATIVE_INFINITY;
    this.campaign = -1;
    this.electedUs = Number.POSITIVE_INFINITY;
    this.voters.clear();
    this.askedIn.clear();
    this.sentIn.clear();
    this.sentTerm = -1;
    this.strayVotes = [];
    this.acknowledged.clear();
    this.acknowledgedOwn.clear();
    this.strayAck = null;
    this.ledTerm = -1;
  }
}
