import type { ApplyMsg, ClientEnd, Persister } from "consensus-labs";
import { Durable } from "./durable.ts";
import { Campaign } from "./elections.ts";
import { Leadership } from "./leadership.ts";
import type { Raft } from "./raft.ts";
import { Service } from "./service.ts";
import { drawElectionTimeoutMs, LEASE_MS } from "./timing.ts";

/**
 * One peer: what it keeps, and which of three roles it has. A follower has neither a campaign nor a leadership; each of
 * those belongs to one term and ends with it, so that whatever comes too late finds it over.
 */
export class Server {
  readonly durable: Durable;
  readonly service: Service;
  readonly others: readonly number[];
  readonly majority: number;
  campaign: Campaign | null = null;
  leadership: Leadership | null = null;
  isStopped = false;
  /** When the leader of the present term was heard last. */
  private heardMs = Number.NEGATIVE_INFINITY;
  private electionTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly ends: ClientEnd<Raft>[],
    readonly me: number,
    persister: Persister,
    apply: (msg: ApplyMsg) => void,
  ) {
    this.durable = new Durable(persister);
    this.service = new Service(this.durable.log, apply);
    this.others = [...ends.keys()].filter((peer) => peer !== me);
    this.majority = Math.floor(ends.length / 2) + 1;
    this.restartElectionTimer();
  }

  end(peer: number): ClientEnd<Raft> {
    return this.ends[peer] as ClientEnd<Raft>;
  }

  /** Whether there is a leader that a peer should not help to replace. */
  get isLed(): boolean {
    return this.leadership !== null || Date.now() - this.heardMs < LEASE_MS;
  }

  /** Somebody is in a newer term: so is this peer from now on. */
  see(term: number): void {
    if (term <= this.durable.term) return;
    this.durable.enter(term, null);
    this.heardMs = Number.NEGATIVE_INFINITY;
    this.follow();
  }

  /** The leader of that term speaks. False when the term is over. */
  hearLeader(term: number): boolean {
    if (term < this.durable.term) return false;
    this.see(term);
    this.follow();
    this.heardMs = Date.now();
    this.restartElectionTimer();
    return true;
  }

  follow(): void {
    this.campaign?.end();
    this.campaign = null;
    if (this.leadership === null) return;
    this.leadership.end();
    this.leadership = null;
    this.restartElectionTimer();
  }

  /** Would a majority vote for this peer? Nothing changes before that is known. */
  askBeforehand(): void {
    this.restartElectionTimer();
    this.begin(new Campaign(this, "preVote", this.durable.term + 1));
  }

  /** A majority would. */
  runForElection(): void {
    this.durable.enter(this.durable.term + 1, this.me);
    this.restartElectionTimer();
    this.begin(new Campaign(this, "requestVote", this.durable.term));
  }

  lead(): void {
    this.campaign?.end();
    this.campaign = null;
    clearTimeout(this.electionTimer);
    this.durable.log.append({ term: this.durable.term, kind: "noop" });
    this.durable.save();
    this.leadership = new Leadership(this);
    this.leadership.begin();
  }

  restartElectionTimer(): void {
    clearTimeout(this.electionTimer);
    this.electionTimer = setTimeout(() => this.askBeforehand(), drawElectionTimeoutMs());
  }

  stop(): void {
    this.isStopped = true;
    this.follow();
    clearTimeout(this.electionTimer);
  }

  private begin(campaign: Campaign): void {
    this.campaign?.end();
    this.campaign = campaign;
    campaign.begin();
  }
}
