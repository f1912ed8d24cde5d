/**
 * A right Raft as those in production are made: an election is tried out before it begins (PreVote), nobody helps to
 * replace a leader that is heard, a leader without a majority gives up (CheckQuorum), each term begins with an entry of its
 * leader, and followers are probed, streamed to, or sent a snapshot. Heartbeats are a method of their own.
 */
import type { ApplyMsg, ClientEnd, Persister, RaftPeer } from "consensus-labs";
import { answerPreVote, answerRequestVote } from "./elections.ts";
import { answerAppend, answerHeartbeat, answerInstall, takeSnapshot } from "./following.ts";
import { Server } from "./server.ts";
import type {
  AppendArgs,
  AppendReply,
  HeartbeatArgs,
  InstallArgs,
  InstallReply,
  TermReply,
  VoteArgs,
  VoteReply,
} from "./types.ts";

type Answer<Reply> = Reply | Promise<Reply>;

export class Raft implements RaftPeer {
  private readonly server: Server;

  constructor(peers: ClientEnd<Raft>[], me: number, persister: Persister, apply: (msg: ApplyMsg) => void) {
    this.server = new Server(peers, me, persister, apply);
  }

  getState(): { term: number; isLeader: boolean } {
    return { term: this.server.durable.term, isLeader: this.server.leadership !== null };
  }

  start(command: unknown): { index: number; term: number; isLeader: boolean } {
    const { leadership, durable } = this.server;
    if (leadership === null) return { index: 0, term: durable.term, isLeader: false };
    return { index: leadership.append(command), term: durable.term, isLeader: true };
  }

  snapshot(index: number, snapshot: Uint8Array): void {
    if (!this.server.isStopped) takeSnapshot(this.server, index, snapshot);
  }

  kill(): void {
    this.server.stop();
  }

  preVote(args: VoteArgs): Answer<VoteReply> {
    return this.answer(() => answerPreVote(this.server, args));
  }

  requestVote(args: VoteArgs): Answer<VoteReply> {
    return this.answer(() => answerRequestVote(this.server, args));
  }

  heartbeat(args: HeartbeatArgs): Answer<TermReply> {
    return this.answer(() => answerHeartbeat(this.server, args));
  }

  appendEntries(args: AppendArgs): Answer<AppendReply> {
    return this.answer(() => answerAppend(this.server, args));
  }

  installSnapshot(args: InstallArgs): Answer<InstallReply> {
    return this.answer(() => answerInstall(this.server, args));
  }

  /** A killed peer says nothing any more. */
  private answer<Reply>(work: () => Reply): Answer<Reply> {
    return this.server.isStopped ? new Promise(() => {}) : work();
  }
}
