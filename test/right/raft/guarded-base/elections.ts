import type { Server } from "./server.ts";
import { VOTE_RETRY_MS } from "./timing.ts";
import type { VoteArgs, VoteReply } from "./types.ts";

/** One round of an election: whether others would vote for this peer, or whether they do. */
export class Campaign {
  private readonly granted: Set<number>;
  private readonly answered = new Set<number>();
  private isOver = false;
  private retry: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly server: Server,
    private readonly round: "preVote" | "requestVote",
    private readonly term: number,
  ) {
    this.granted = new Set([server.me]);
  }

  begin(): void {
    this.retry = setInterval(() => this.askAll(), VOTE_RETRY_MS);
    this.askAll();
  }

  end(): void {
    this.isOver = true;
    clearInterval(this.retry);
  }

  private askAll(): void {
    for (const peer of this.server.others) if (!this.answered.has(peer)) void this.ask(peer);
  }

  private async ask(peer: number): Promise<void> {
    const { server, term } = this;
    const args: VoteArgs = { term, candidate: server.me, last: server.durable.log.last };
    const reply = await server.end(peer).call(this.round, args);
    if (reply === null || server.isStopped) return;
    server.see(reply.term);
    if (this.isOver) return;
    this.answered.add(peer);
    if (!reply.isGranted) return;
    this.granted.add(peer);
    if (this.granted.size < server.majority) return;
    if (this.round === "preVote") server.runForElection();
    else server.lead();
  }
}

/** Would this peer vote so? It changes nothing to say. */
export function answerPreVote({ durable, isLed }: Server, { term, last }: VoteArgs): VoteReply {
  const isGranted = !isLed && term > durable.term && durable.log.isCoveredBy(last);
  return { term: durable.term, isGranted };
}

export function answerRequestVote(server: Server, { term, candidate, last }: VoteArgs): VoteReply {
  const { durable } = server;
  // Who hears a leader does not even take over the term.
  if (server.isLed) return { term: durable.term, isGranted: false };
  server.see(term);
  const isFree = durable.votedFor === null || durable.votedFor === candidate;
  const isGranted = term === durable.term && isFree && durable.log.isCoveredBy(last);
  if (isGranted) {
    durable.enter(term, candidate);
    server.follow();
    server.restartElectionTimer();
  }
  return { term: durable.term, isGranted };
}
