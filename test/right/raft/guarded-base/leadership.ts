import { Progress } from "./progress.ts";
import type { Server } from "./server.ts";
import { HEARTBEAT_MS, QUORUM_PATIENCE_MS } from "./timing.ts";
import type { AppendArgs, Entry, InstallArgs } from "./types.ts";

/** The most entries in one request. */
const MAX_BATCH = 16;

/** What a peer does as the leader of one term. */
export class Leadership {
  private readonly term: number;
  private readonly followers = new Map<number, Progress>();
  private isOver = false;
  private heartbeats: ReturnType<typeof setInterval> | undefined;
  private flush: ReturnType<typeof setImmediate> | undefined;

  constructor(private readonly server: Server) {
    this.term = server.durable.term;
    // The last entry is the one of this term, which nobody else can have.
    for (const peer of server.others) this.followers.set(peer, new Progress(server.durable.log.last.index));
  }

  begin(): void {
    this.heartbeats = setInterval(() => this.tick(), HEARTBEAT_MS);
    this.sendHeartbeats();
    this.sendToAll();
  }

  end(): void {
    this.isOver = true;
    clearInterval(this.heartbeats);
    clearImmediate(this.flush);
  }

  /** Gives the index at which the command stands. What is started in one instant is sent together. */
  append(command: unknown): number {
    const { log } = this.server.durable;
    log.append({ term: this.term, kind: "command", command });
    this.server.durable.save();
    this.flush ??= setImmediate(() => {
      this.flush = undefined;
      this.sendToAll();
    });
    return log.last.index;
  }

  private tick(): void {
    const sinceMs = Date.now() - QUORUM_PATIENCE_MS;
    const present = [...this.followers.values()].filter(({ heardMs }) => heardMs >= sinceMs).length;
    if (present + 1 < this.server.majority) this.server.follow();
    else this.sendHeartbeats();
  }

  // --- heartbeats ---

  private sendHeartbeats(): void {
    for (const [peer, follower] of this.followers) void this.sendHeartbeat(peer, follower);
  }

  private async sendHeartbeat(peer: number, follower: Progress): Promise<void> {
    const { server, term } = this;
    const commit = Math.min(server.service.commit, follower.match);
    const reply = await server.end(peer).call("heartbeat", { term, leader: server.me, commit });
    if (!this.isAnswered(follower, reply)) return;
    follower.heard();
    this.sendMissing(peer, follower);
  }

  // --- entries ---

  private sendToAll(): void {
    for (const [peer, follower] of this.followers) this.sendMissing(peer, follower);
  }

  /** Sends as much as may be on its way to that follower. */
  private sendMissing(peer: number, follower: Progress): void {
    const { log } = this.server.durable;
    while (!this.isOver && follower.hasRoom && follower.match < log.last.index) {
      if (follower.next <= log.base.index) {
        void this.sendSnapshot(peer, follower);
      } else if (follower.mode === "probe") {
        follower.sentProbe();
        void this.sendEntries(peer, follower, follower.next - 1, []);
      } else {
        const entries = log.entriesFrom(follower.next, MAX_BATCH);
        if (entries.length === 0) return;
        const previousIndex = follower.next - 1;
        follower.sentEntries(previousIndex + entries.length);
        void this.sendEntries(peer, follower, previousIndex, entries);
      }
    }
  }

  private async sendEntries(peer: number, follower: Progress, index: number, entries: Entry[]): Promise<void> {
    const { server, term } = this;
    const { log } = server.durable;
    const previous = { index, term: log.termAt(index) as number };
    const args: AppendArgs = { term, leader: server.me, previous, entries, commit: server.service.commit };
    const reply = await server.end(peer).call("appendEntries", args);
    if (this.isAnswered(follower, reply)) {
      if (reply.match !== undefined) this.noteMatch(follower, reply.match);
      else if (reply.hint !== undefined) follower.refused(index, log.lastUpTo(reply.hint).index);
    } else if (reply === null) {
      follower.lostEntries(index + entries.length);
    }
    this.sendMissing(peer, follower);
  }

  private noteMatch(follower: Progress, match: number): void {
    if (follower.matched(match)) this.advanceCommit();
  }

  /** Counts only for an entry of this term; what stands before it is committed with it. */
  private advanceCommit(): void {
    const { service, durable, majority } = this.server;
    const { log } = durable;
    const indices = [log.last.index, ...[...this.followers.values()].map(({ match }) => match)];
    indices.sort((a, b) => b - a);
    const index = indices[majority - 1] as number;
    if (index <= service.commit || log.termAt(index) !== this.term) return;
    service.commitTo(index);
    this.sendHeartbeats();
  }

  // --- snapshots ---

  private async sendSnapshot(peer: number, follower: Progress): Promise<void> {
    const { server, term } = this;
    const end = server.durable.log.base;
    const args: InstallArgs = { term, leader: server.me, end, snapshot: server.durable.snapshot };
    follower.sentSnapshot(end.index);
    const reply = await server.end(peer).call("installSnapshot", args);
    if (this.isAnswered(follower, reply)) {
      if (reply.match !== undefined) this.noteMatch(follower, reply.match);
    } else if (reply === null) {
      follower.lostSnapshot(end.index);
    }
    this.sendMissing(peer, follower);
  }

  /** Whether an answer came, and while this term is still led. */
  private isAnswered<Reply extends { term: number }>(follower: Progress, reply: Reply | null): reply is Reply {
    if (this.server.isStopped || reply === null) return false;
    this.server.see(reply.term);
    if (this.isOver) return false;
    follower.heardMs = Date.now();
    return true;
  }
}
