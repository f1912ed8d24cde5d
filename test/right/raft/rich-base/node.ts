import type { ApplyMsg, ClientEnd, Persister } from "consensus-labs";
import { Applier } from "./applier.ts";
import { askForVotes } from "./election.ts";
import type { RaftLog } from "./log.ts";
import { Progress } from "./progress.ts";
import type { Raft } from "./raft.ts";
import { sendHeartbeats } from "./replication.ts";
import { fromBytes, toBytes } from "./saved-state.ts";
import { ElectionTimer, HEARTBEAT_MS, Ticker, VOTE_RETRY_MS } from "./timers.ts";

/** The state of one peer, and the changes of its role. */
export class Node {
  currentTerm: number;
  votedFor: number | null;
  readonly log: RaftLog;

  role: "follower" | "candidate" | "leader" = "follower";
  killed = false;
  readonly applier: Applier;

  /** Of a candidate: who voted for it, and who answered at all. */
  votes = new Set<number>();
  answered = new Set<number>();
  /** Of a leader: how far each of the others is. */
  progress = new Map<number, Progress>();

  readonly electionTimer = new ElectionTimer(() => this.becomeCandidate());
  private readonly voteTicker = new Ticker(VOTE_RETRY_MS, () => askForVotes(this));
  private readonly heartbeatTicker = new Ticker(HEARTBEAT_MS, () => sendHeartbeats(this));

  constructor(
    readonly peers: ClientEnd<Raft>[],
    readonly me: number,
    readonly persister: Persister,
    apply: (msg: ApplyMsg) => void,
  ) {
    const { currentTerm, votedFor, log } = fromBytes(persister.readState());
    this.currentTerm = currentTerm;
    this.votedFor = votedFor;
    this.log = log;
    this.applier = new Applier(log, persister, apply);
    this.electionTimer.restart();
  }

  get others(): number[] {
    return [...this.peers.keys()].filter((peer) => peer !== this.me);
  }

  get majority(): number {
    return Math.floor(this.peers.length / 2) + 1;
  }

  end(peer: number): ClientEnd<Raft> {
    return this.peers[peer] as ClientEnd<Raft>;
  }

  /** A newer term was seen, or the leader of this one was heard. */
  becomeFollower(term: number): void {
    if (term > this.currentTerm) {
      this.currentTerm = term;
      this.votedFor = null;
      this.persist();
    }
    if (this.role === "follower") return;
    this.role = "follower";
    this.voteTicker.stop();
    this.heartbeatTicker.stop();
    this.electionTimer.restart();
  }

  becomeCandidate(): void {
    this.role = "candidate";
    this.currentTerm++;
    this.votedFor = this.me;
    this.persist();
    this.votes = new Set([this.me]);
    this.answered = new Set([this.me]);
    this.electionTimer.restart();
    this.voteTicker.start();
    askForVotes(this);
    if (this.votes.size >= this.majority) this.becomeLeader();
  }

  becomeLeader(): void {
    this.role = "leader";
    this.voteTicker.stop();
    this.electionTimer.stop();
    this.progress = new Map(this.others.map((peer) => [peer, new Progress(this.log.lastIndex + 1)]));
    this.heartbeatTicker.start();
    sendHeartbeats(this);
  }

  /** Saves all that must survive a crash, and the snapshot that the log begins after, if that is a new one. */
  persist(snapshot?: Uint8Array): void {
    this.persister.save(toBytes(this), snapshot);
  }

  stop(): void {
    this.killed = true;
    this.role = "follower";
    this.electionTimer.stop();
    this.voteTicker.stop();
    this.heartbeatTicker.stop();
    this.applier.stop();
  }
}
